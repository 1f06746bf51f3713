// How does somebody give their account another number or an e-mail address, and take a passkey from it?
//
// With plain requests, as any page of the site may make them. Not here: who is signed in (account.js).
import { ask, field, showTime } from "./account.js";

/** Where the code went, and with it which of the two is being changed. */
let path = "";

field("change").addEventListener("submit", async (event) => {
  event.preventDefault();
  const to = field("destination").value.trim();
  const isEmail = to.includes("@");
  path = isEmail ? "/v1/email" : "/v1/number";
  const wish = isEmail ? { email: to } : { phone: to.replaceAll(/[^+\d]/g, "") };
  if (!(await done("POST", path, wish))) return;
  field("prove").hidden = false;
  field("told").textContent = `A code is on its way to ${to}.`;
  field("code").focus();
});

field("prove").addEventListener("submit", async (event) => {
  event.preventDefault();
  const code = field("code").value.replaceAll(/\D/g, "");
  if (!(await done("POST", `${path}/verify`, { code, attempt_id: crypto.randomUUID() }))) return;
  field("prove").hidden = true;
  field("change").reset();
  field("prove").reset();
  field("told").textContent = "It is yours: you can sign in with it from now on.";
  field("destination").focus();
});

await showPasskeys();

async function showPasskeys() {
  const reply = await ask("GET", "/v1/passkeys");
  // A worker without passkeys has no such path.
  if (!reply?.ok) return;
  const { passkeys } = await reply.json();
  field("passkeys").hidden = false;
  field("no-passkeys").hidden = passkeys.length > 0;
  field("passkey-list").replaceChildren(...passkeys.map(item));
}

function item({ id, label, created, last_used }) {
  const item = document.createElement("li");
  const time = document.createElement("time");
  showTime(time, last_used ?? created);
  const remove = document.createElement("button");
  remove.type = "button";
  remove.textContent = "Remove";
  remove.setAttribute("aria-label", `Remove the passkey of ${label}`);
  remove.addEventListener("click", async () => {
    if (!(await done("DELETE", "/v1/passkeys", { id }))) return;
    field("told").textContent = "The passkey is removed. It is still on your device, where it opens nothing here.";
    await showPasskeys();
    // The button is gone that had the focus.
    field("keys").focus();
  });
  item.append(label, document.createElement("br"), last_used ? "last used " : "made ", time, remove);
  return item;
}

/** Whether the worker did it. Otherwise it has said why not. */
async function done(method, path, wish) {
  field("told").textContent = "";
  field("refused").replaceChildren();
  let reply = await ask(method, path, wish);
  if (reply?.ok) return true;
  let problem = await reply?.json();
  if (problem?.proof?.pow) {
    field("told").textContent = "One moment: making sure that you are a person.";
    reply = await ask(method, path, { ...wish, proof: await work(problem.proof.pow) });
    field("told").textContent = "";
    if (reply?.ok) return true;
    problem = await reply?.json();
  }
  field("refused").append(problem ? `${problem.title}. ` : "The worker did not answer. ");
  if (problem?.code === "login_too_old") field("refused").append(signInAgain());
  return false;
}

function signInAgain() {
  const link = document.createElement("a");
  link.href = "/login?return=/account.html&max_age=600";
  link.textContent = "Sign in again";
  return link;
}

/** Looks for the number whose digits, after the salt, have the SHA-256 that was given. */
async function work({ salt, challenge, max_number, signature }) {
  const encoder = new TextEncoder();
  for (let number = 0; number <= max_number; number += 1) {
    const hash = await crypto.subtle.digest("SHA-256", encoder.encode(salt + number));
    const digits = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0"));
    if (digits.join("") === challenge) return { kind: "pow", salt, number, signature };
  }
}
