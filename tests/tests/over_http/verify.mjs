// What does another library make of a token? `node verify.mjs ORIGIN ISSUER AUDIENCE TOKEN [TYP]`; without a type, of a session's.
// Prints its header and its claims, or says why it is none and fails.

import { createRemoteJWKSet, jwtVerify } from "jose";

const [origin, issuer, audience, token, typ = "session+jwt"] = process.argv.slice(2);
const session = typ === "session+jwt" ? ["sid", "nbf"] : ["jti", "nonce"];
const keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", origin));
try {
  const { protectedHeader, payload } = await jwtVerify(token, keys, {
    issuer,
    audience,
    algorithms: ["EdDSA"],
    typ,
    requiredClaims: ["sub", "iat", "exp", "auth_time", "amr", ...session],
  });
  console.log(JSON.stringify({ header: protectedHeader, claims: payload }));
} catch (error) {
  console.error(error.code ?? error);
  process.exitCode = 1;
}
