// A backend with Express: ISSUER=https://www.example.com PORT=3000 node express.mjs
import express from "express";
import { offline, strict, wayIn } from "./who.mjs";

const app = express();

// A page: whoever is not signed in is sent to sign in, and comes back.
app.get("/account", page());

// The same for whoever proved their number within ten minutes: not whoever finds a browser open.
app.get("/payout", page(600));

function page(maxAge) {
  return async ({ headers, originalUrl }, answer) => {
    const who = await offline(headers.cookie, maxAge);
    if (who.subject) answer.type("text").send(`Signed in as ${who.subject}`);
    else answer.redirect(303, wayIn(who, originalUrl, maxAge));
  };
}

// An interface: what scripts ask.
app.get("/api/me", (request, answer) => tell(offline, request, answer));

// Where it matters that a session was ended a minute ago.
app.get("/api/strict", (request, answer) => tell(strict, request, answer));

async function tell(ask, { headers }, answer) {
  const who = await ask(headers.cookie);
  answer.status(who.subject ? 200 : 401).set("cache-control", "no-store").json(who);
}

const server = app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
