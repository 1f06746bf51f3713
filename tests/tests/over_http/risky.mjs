// Which acts does a shop's backend let this session do? `node risky.mjs ORIGIN ISSUER TOKEN`. Prints its answers as JSON.

import { createRemoteJWKSet, jwtVerify } from "jose";

const MINUTE = 60;
const WEEK = 7 * 24 * 60 * MINUTE;

function may(act, session, now) {
  switch (act) {
    case "see orders":
      return true;
    case "change address":
      // Not whoever reads a mailbox, has just taken over a number, or finds a browser open.
      return !session.acr.startsWith("aal0/") && session.auth_time - session.first_seen > WEEK && now - session.auth_time < 10 * MINUTE;
    case "pay out":
      // Never on the word of a text or an e-mail alone: ask for another factor of your own.
      return session.acr.startsWith("aal2/");
    default:
      return false;
  }
}

const [origin, issuer, token] = process.argv.slice(2);
const keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", origin));
const { payload } = await jwtVerify(token, keys, {
  issuer,
  audience: issuer,
  algorithms: ["EdDSA"],
  typ: "session+jwt",
  requiredClaims: ["acr", "auth_time", "first_seen"],
});
const now = Date.now() / 1000;
const old = { ...payload, first_seen: payload.auth_time - 2 * WEEK };
const stronger = { ...payload, acr: "aal2/passkey" };
const weaker = { ...old, acr: "aal0/email" };
console.log(
  JSON.stringify({
    "see orders": may("see orders", payload, now),
    "change address": may("change address", payload, now),
    "change address in an old account": may("change address", old, now),
    "change address an hour later": may("change address", old, now + 60 * MINUTE),
    "change address by e-mail": may("change address", weaker, now),
    "pay out": may("pay out", payload, now),
    "pay out by e-mail": may("pay out", weaker, now),
    "pay out with a passkey": may("pay out", stronger, now),
  }),
);
