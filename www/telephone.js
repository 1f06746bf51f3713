// What does the person's telephone show? Texts, as they arrive at the simulator that `demo.json` names.
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

function notification({ from, text, pin, to, sent_at }, arrives) {
  const sent = new Date(sent_at);
  const time = element("time", timeOf(sent));
  time.dateTime = sent.toISOString();
  const item = element("li");
  item.classList.toggle("arrives", arrives);
  item.append(element("span", from, "from"), time, element("p", text, "text"), element("span", `to +${to}`, "to"));
  if (pin) item.append(copyButton(pin));
  return item;
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
