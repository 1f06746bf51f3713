// What does the person's e-mail client show? E-mails, as they arrive.
// Not here: where they arrive (arrivals.js), and texts and calls (telephone.js).
import { copyButton, element, headed, listen, pile, simulated } from "./arrivals.js";

if (await simulated) {
  document.getElementById("mailbox").hidden = false;
  listen(["email"], (message, arrives) => {
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
