// What does a page do that only a signed-in person may see?
//
// 1. Ask who is signed in; renew the token when it is past its time.
// 2. Nobody: back to the sign-in. Somebody: show the account.
//
// Not here: what they may change (account-settings.js).

export const field = (id) => document.getElementById(id);

let antiForgery = "";
const session = await whoIsSignedIn();
if (session === null) location.replace("index.html");
else if (session) show(session);

field("sign-out").addEventListener("click", async () => {
  const reply = await ask("POST", "/v1/session/logout");
  if (reply?.ok || reply?.status === 401) location.replace("index.html");
  else complain();
});

/** The session, `null` for nobody, `undefined` when there was no telling. */
async function whoIsSignedIn() {
  let reply = await ask("GET", "/v1/session");
  if (reply?.status === 401) {
    const { code, anti_forgery } = await reply.json();
    antiForgery = anti_forgery ?? "";
    if (code !== "session_expired") return null;
    reply = await ask("POST", "/v1/session/renew");
    if (reply?.status === 401) return null;
  }
  if (reply?.ok) {
    const session = await reply.json();
    antiForgery = session.anti_forgery;
    return session;
  }
  complain();
}

export function ask(method, path, wish) {
  if (method === "GET") return fetch(path).catch(() => undefined);
  // What only a page of the site can know: that it is this session which is meant.
  const body = JSON.stringify({ ...wish, anti_forgery: antiForgery });
  return fetch(path, { method, body, headers: { "content-type": "application/json" } }).catch(() => undefined);
}

function show({ subject, new_account, authenticated_at, ends_at }) {
  field("greeting").textContent = new_account ? "A new locker, just for you" : "Good to have you back";
  field("subject").textContent = subject;
  showTime(field("authenticated"), authenticated_at);
  showTime(field("ends"), ends_at);
  field("contents").hidden = false;
  field("locker").removeAttribute("aria-busy");
}

export function showTime(node, seconds) {
  const date = new Date(seconds * 1000);
  node.dateTime = date.toISOString();
  node.textContent = date.toLocaleString([], { dateStyle: "long", timeStyle: "short" });
}

function complain() {
  field("problem").textContent = "The worker did not answer. Reload the page to try again.";
  field("locker").removeAttribute("aria-busy");
}
