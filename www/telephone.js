// What does the person's telephone show? Texts and calls, as they arrive at the simulator that `demo.json` names.
// Without that file nothing is simulated, and there is no telephone. Nothing is filled in: the person types the code.

const HISTORY_MS = 400;
const MOST = 6;

const telephone = document.getElementById("telephone");
const messages = document.getElementById("messages");

const demo = await fetch("demo.json").then((reply) => (reply.ok ? reply.json() : null)).catch(() => null);
if (demo) {
  telephone.hidden = false;
  showTime();
  setInterval(showTime, 10_000);
  listen(new URL("/simulator/stream", demo.simulator));
}

function listen(address) {
  const seen = new Set();
  const stream = new EventSource(address);
  let openedAt = Infinity;
  stream.addEventListener("open", () => (openedAt = performance.now()));
  stream.addEventListener("message", ({ data }) => {
    const message = JSON.parse(data);
    if (seen.has(message.id)) return;
    seen.add(message.id);
    // What was there before the page was opened is there, without a fuss.
    const arrives = performance.now() - openedAt > HISTORY_MS;
    messages.prepend(notification(message, arrives));
    // Nobody tabs through all that ever arrived.
    messages.children[MOST]?.remove();
    document.getElementById("silence").hidden = true;
  });
}

function notification(message, arrives) {
  const { channel, from, text, pin, to, sent_at } = message;
  const sent = new Date(sent_at);
  const time = element("time", timeOf(sent));
  time.dateTime = sent.toISOString();
  const item = element("li");
  item.classList.toggle("arrives", arrives);
  item.append(element("span", from, "from"), time);
  if (channel === "voice" && arrives) return ringing(item, message);
  item.append(element("p", channel === "voice" ? `“${text}”` : text, "text"), element("span", `to +${to}`, "to"));
  if (pin) item.append(copyButton(pin));
  return item;
}

// A call rings until it is answered; then a voice reads the code out, where the browser has one, and what it says is written down.
function ringing(item, { text, pin, to }) {
  item.classList.add("rings");
  const answer = element("button", "Answer");
  answer.type = "button";
  answer.addEventListener("click", () => {
    globalThis.speechSynthesis?.speak(new SpeechSynthesisUtterance(spoken(text, pin)));
    item.classList.remove("rings");
    said.textContent = `“${text}”`;
    answer.replaceWith(copyButton(pin));
  });
  const said = element("p", "Incoming call", "text");
  item.append(said, element("span", `to +${to}`, "to"), answer);
  return item;
}

// Digit by digit: a voice would make a number of a code.
function spoken(text, pin) {
  return pin ? text.replaceAll(pin, [...pin].join(" ")) : text;
}

function copyButton(pin) {
  const button = element("button", "Copy code");
  button.type = "button";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(pin);
    button.textContent = "Copied";
  });
  return button;
}

function element(tag, text = "", className = "") {
  const node = document.createElement(tag);
  node.textContent = text;
  node.className = className;
  return node;
}

function timeOf(date) {
  return date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

function showTime() {
  const now = new Date();
  document.getElementById("hour").textContent = timeOf(now);
  document.getElementById("day").textContent = now.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}
