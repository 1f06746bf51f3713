// Who is signed in? For any framework: both examples beside this file use it.
//
// `offline` verifies the cookie's token with the worker's published keys, which are fetched once and kept: a session that was ended is
// noticed within fifteen minutes. `strict` asks the worker, which knows at once.
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

/** The worker's origin, as in its own setting ISSUER, and where this program reaches it. */
const { ISSUER, WORKER = ISSUER, AUDIENCE = ISSUER } = process.env;
if (!ISSUER) throw new Error("set ISSUER to the worker's origin, for example https://www.example.com");

const COOKIE = /(?:^|; )__Host-sms-login=([^;]*)/;
const keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", WORKER));

/**
 * The account's id, or why there is none: `nobody`, `expired`, or `old` where the number was proved longer ago than these seconds. A
 * token's own age says nothing of that: it is renewed.
 */
export async function offline(cookies, maxAge) {
  const [, token] = COOKIE.exec(cookies ?? "") ?? [];
  if (!token) return { why: "nobody" };
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: ISSUER,
      audience: AUDIENCE,
      algorithms: ["EdDSA"],
      typ: "session+jwt",
      requiredClaims: ["sub", "exp"],
    });
    const young = maxAge === undefined || Date.now() / 1000 - payload.auth_time <= maxAge;
    return young ? { subject: payload.sub } : { why: "old" };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { why: "expired" };
    // Without keys nobody can be told from anybody: that is this program's fault, and nobody gets in.
    if (!(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout) throw error;
    return { why: "nobody" };
  }
}

/** The same, as of this moment. */
export async function strict(cookies) {
  const answer = await fetch(new URL("/v1/session", WORKER), { headers: { cookie: cookies ?? "" } });
  if (answer.ok) return { subject: (await answer.json()).subject };
  if (answer.status !== 401) throw new Error(`the worker answers ${answer.status}`);
  const { code } = await answer.json();
  return { why: code === "session_expired" ? "expired" : "nobody" };
}

/** Where to send somebody who is not in: back to this path they come with a fresh token, or signed in, lately if that is wanted. */
export function wayIn({ why }, path, maxAge) {
  const way = `${ISSUER}/login${why === "expired" ? "/renew" : ""}?return=${encodeURIComponent(path)}`;
  return maxAge === undefined ? way : `${way}&max_age=${maxAge}`;
}
