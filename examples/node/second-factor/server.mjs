// A password login whose second step is a code by text: ISSUER=… STEP_UP_KEY=… PORT=3000 node second-factor/server.mjs
//
// 1. Name and password, checked here. What comes of it is a session that may do one thing: prove the user's telephone.
// 2. The proof, from <sms-login ticket>. Only then is the user signed in, in a session of another id.
// 3. To pay out, a proof again, which is good for this one order.
import express from "express";
import * as pages from "./pages.mjs";
import { ask, isProof } from "./proofs.mjs";
import * as sessions from "./sessions.mjs";
import { check } from "./users.mjs";

const { ISSUER, PORT = 3000 } = process.env;
let { ORIGIN } = process.env;
const app = express();

app.use((request, answer, next) => {
  answer.set({
    "cache-control": "no-store",
    "content-security-policy": pages.policy(ISSUER),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
  });
  // A form on somebody else's page does nothing here.
  if (request.method === "POST" && request.headers.origin !== ORIGIN) return answer.status(403).send(pages.trouble("Not from here."));
  next();
});
app.use(express.urlencoded({ extended: false, limit: "8kb" }));

app.get("/", (request, answer) => {
  const session = sessions.current(request);
  if (!session) return answer.send(pages.login());
  if (!session.signedIn) return answer.redirect(303, "/proof");
  answer.send(pages.account(session.user));
});

app.post("/login", async (request, answer) => {
  const user = await check(field(request, "name"), field(request, "password"));
  if (!user) return answer.status(401).send(pages.login("Name or password is wrong."));
  sessions.begin(request, answer, { user, wants: { act: "sign in", ...(await ask(user)) } });
  answer.redirect(303, "/proof");
});

app.post("/pay-out", async (request, answer) => {
  const session = sessions.current(request);
  if (!session?.signedIn) return answer.redirect(303, "/");
  const amount = Number(field(request, "amount"));
  if (!mayBePaidOut(amount, session.user)) return answer.status(422).send(pages.account(session.user, "You do not have that much."));
  session.wants = { act: "pay out", amount, ...(await ask(session.user)) };
  answer.redirect(303, "/proof");
});

app.get("/proof", async (request, answer) => {
  const session = sessions.current(request);
  if (!session?.wants) return answer.redirect(303, "/");
  if (session.wants.until < Date.now() / 1000) Object.assign(session.wants, await ask(session.user));
  answer.send(pages.proof(ISSUER, session.wants));
});

// The ticket is used up: another one, for the same purpose.
app.post("/proof/another", async (request, answer) => {
  const session = sessions.current(request);
  if (session?.wants) Object.assign(session.wants, await ask(session.user));
  answer.redirect(303, "/proof");
});

app.post("/proof", async (request, answer) => {
  const session = sessions.current(request);
  if (!session?.wants) return answer.redirect(303, "/");
  const { user, wants } = session;
  if (!(await isProof(field(request, "proof"), user, wants))) {
    return answer.status(403).send(pages.proof(ISSUER, wants, "That was no proof of your telephone. Try again."));
  }
  session.wants = undefined;
  if (wants.act === "sign in") sessions.begin(request, answer, { user, signedIn: true });
  if (wants.act === "pay out" && mayBePaidOut(wants.amount, user)) user.balance -= wants.amount;
  answer.redirect(303, "/");
});

app.post("/sign-out", (request, answer) => {
  sessions.end(request);
  answer.redirect(303, "/");
});

app.use("/", express.static(new URL("static", import.meta.url).pathname));

// What is not known cannot be taken for a yes.
app.use((error, _request, answer, _next) => {
  console.error(error);
  answer.status(error.status ?? 503).send(pages.trouble("That did not work. Try again later."));
});

function mayBePaidOut(amount, { balance }) {
  return Number.isInteger(amount) && amount > 0 && amount <= balance;
}

/** A field that is there twice is a list, and as good as none. */
function field({ body }, name) {
  const text = body?.[name];
  return typeof text === "string" ? text : "";
}

const server = app.listen(Number(PORT), "127.0.0.1", () => {
  const { port } = server.address();
  ORIGIN ??= `http://localhost:${port}`;
  console.log(`http://localhost:${port}`);
});
