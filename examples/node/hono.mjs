// A backend with Hono: ISSUER=https://www.example.com PORT=3000 node hono.mjs
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { offline, strict, wayIn } from "./who.mjs";

const app = new Hono();

// A page: whoever is not signed in is sent to sign in, and comes back.
app.get("/account", page());

// The same for whoever proved their number within ten minutes: not whoever finds a browser open.
app.get("/payout", page(600));

function page(maxAge) {
  return async (context) => {
    const who = await offline(context.req.header("cookie"), maxAge);
    if (who.subject) return context.text(`Signed in as ${who.subject}`);
    const { pathname, search } = new URL(context.req.url);
    return context.redirect(wayIn(who, pathname + search, maxAge), 303);
  };
}

// An interface: what scripts ask.
app.get("/api/me", (context) => tell(offline, context));

// Where it matters that a session was ended a minute ago.
app.get("/api/strict", (context) => tell(strict, context));

async function tell(ask, context) {
  const who = await ask(context.req.header("cookie"));
  return context.json(who, who.subject ? 200 : 401, { "cache-control": "no-store" });
}

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env.PORT ?? 3000) }, ({ port }) => {
  console.log(`http://127.0.0.1:${port}`);
});
