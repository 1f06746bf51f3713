// What does the person's telephone show? Texts and calls, as they arrive.
// Not here: where they arrive (arrivals.js), and e-mails (mailbox.js).
import { copyButton, element, headed, listen, pile, simulated, timeOf } from "./arrivals.js";

if (await simulated) {
  document.getElementById("telephone").hidden = false;
  showTime();
  setInterval(showTime, 10_000);
  listen(["sms", "voice"], (message, arrives) => {
    pile(document.getElementById("messages"), notification(message, arrives));
    document.getElementById("silence").hidden = true;
  });
}

function notification(message, arrives) {
  const { channel, text, pin, to } = message;
  const item = headed(message, arrives);
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

function showTime() {
  const now = new Date();
  document.getElementById("hour").textContent = timeOf(now);
  document.getElementById("day").textContent = now.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}
