// What arrives at the simulator that `demo.json` names? Without that file nothing is simulated, and nothing arrives.
// Not here: how a text looks (telephone.js), and an e-mail (mailbox.js). Nothing is filled in: the person types the code.

const HISTORY_MS = 400;
const MOST = 6;

// Not awaited here: of two scripts that import this, WebKit lets one run before it is done.
const demo = fetch("demo.json").then((reply) => (reply.ok ? reply.json() : null)).catch(() => null);

/** Whether anything is simulated. */
export const simulated = demo.then(Boolean);

/** Hands over each message of these channels, once, and whether it arrives just now: what was there before is there without a fuss. */
export async function listen(channels, show) {
  const { simulator } = await demo;
  const seen = new Set();
  const stream = new EventSource(new URL("/simulator/stream", simulator));
  let openedAt = Infinity;
  stream.addEventListener("open", () => (openedAt = performance.now()));
  stream.addEventListener("message", ({ data }) => {
    const message = JSON.parse(data);
    if (seen.has(message.id) || !channels.includes(message.channel)) return;
    seen.add(message.id);
    show(message, performance.now() - openedAt > HISTORY_MS);
  });
}

/** Puts the newest on top. Nobody tabs through all that ever arrived. */
export function pile(list, item) {
  list.prepend(item);
  list.children[MOST]?.remove();
}

/** From whom and when, as the beginning of an item. */
export function headed({ from, sent_at }, arrives) {
  const sent = new Date(sent_at);
  const time = element("time", timeOf(sent));
  time.dateTime = sent.toISOString();
  const item = element("li");
  item.classList.toggle("arrives", arrives);
  item.append(element("span", from, "from"), time);
  return item;
}

export function copyButton(pin) {
  const button = element("button", "Copy code");
  button.type = "button";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(pin);
    button.textContent = "Copied";
  });
  return button;
}

export function element(tag, text = "", className = "") {
  const node = document.createElement(tag);
  node.textContent = text;
  node.className = className;
  return node;
}

export function timeOf(date) {
  return date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}
