// What does the person's e-mail client show? E-mails, as they arrive, where the worker sends any.
// Not here: where they arrive (arrivals.js), and texts and calls (telephone.js).
import { copyButton, element, headed, listen, pile, simulated } from "./arrivals.js";

if (simulated) {
  const config = await fetch("/v1/config").then((reply) => (reply.ok ? reply.json() : null)).catch(() => null);
  const mailbox = document.getElementById("mailbox");
  mailbox.hidden = !config?.channels?.includes("email");
  listen(["email"], (message, arrives) => {
    mailbox.hidden = false;
    pile(document.getElementById("mails"), mail(message, arrives));
    document.getElementById("no-mail").hidden = true;
  });
}

function mail(message, arrives) {
  const { from, subject, text, pin, to } = message;
  // As clients do: the name, and the address for those who want to know.
  const [, name = from] = /^(.+?) *<.*>$/.exec(from) ?? [];
  const item = headed({ ...message, from: name }, arrives);
  item.querySelector(".from").title = from;
  item.append(element("p", subject, "subject"), element("p", text, "text"), element("span", `to ${to}`, "to"));
  if (pin) item.append(copyButton(pin));
  return item;
}
