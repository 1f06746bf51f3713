// What does another library make of a session token? `node verify.mjs ORIGIN ISSUER AUDIENCE TOKEN`
// Prints its header and its claims, or says why it is none and fails.

import { createRemoteJWKSet, jwtVerify } from "jose";

const [origin, issuer, audience, token] = process.argv.slice(2);
const keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", origin));
try {
  const { protectedHeader, payload } = await jwtVerify(token, keys, {
    issuer,
    audience,
    algorithms: ["EdDSA"],
    typ: "session+jwt",
    requiredClaims: ["sub", "sid", "iat", "nbf", "exp", "auth_time", "amr"],
  });
  console.log(JSON.stringify({ header: protectedHeader, claims: payload }));
} catch (error) {
  console.error(error.code ?? error);
  process.exitCode = 1;
}
