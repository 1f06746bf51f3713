// Has this user just proved that they have their telephone, and for this very purpose?
//
// A ticket is asked for here and handed to the page; what comes back is a signed assertion, which is good once. Not here: the page
// (pages.mjs), and what a proof lets somebody do (server.mjs).
import { randomBytes } from "node:crypto";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

/** The worker's origin and audience as in its own settings, where this program reaches it, and the secret of one of its `STEP_UP_KEYS`. */
const { ISSUER, AUDIENCE = ISSUER, WORKER = ISSUER, STEP_UP_KEY } = process.env;
if (!ISSUER) throw new Error("set ISSUER to the worker's origin, for example https://login.example.com");
if (!STEP_UP_KEY) throw new Error("set STEP_UP_KEY to the secret of one of the worker's STEP_UP_KEYS: what stands after the colon");
/** How long ago the code may have been typed. An assertion is good for two minutes anyhow. */
const OLDEST_S = 120;
const PATIENCE_MS = 10_000;

const keys = createRemoteJWKSet(new URL("/.well-known/jwks.json", WORKER));
/** The assertions that were taken, and until when they could be shown again. */
const taken = new Map();

/** A ticket for this user's telephone. Nothing is sent before the user asks for it. */
export async function ask({ id, phone }) {
  const nonce = randomBytes(16).toString("base64url");
  const answer = await fetch(new URL("/v1/step-ups", WORKER), {
    method: "POST",
    headers: { authorization: `Bearer ${STEP_UP_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ phone, subject: id, nonce }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const { ticket, expires_in, code } = await answer.json();
  if (answer.status !== 201) throw new Error(`the worker gives no ticket: ${answer.status} ${code}`);
  return { ticket, nonce, until: Date.now() / 1000 + expires_in };
}

/** Whether this is the proof that was asked for, and is shown for the first time. */
export async function isProof(assertion, { id }, { nonce }) {
  const proof = await read(assertion, id);
  const now = Date.now() / 1000;
  const young = now - proof?.auth_time <= OLDEST_S;
  if (!young || proof.nonce !== nonce || typeof proof.jti !== "string") return false;
  // Nothing is waited for from here on, so the same one twice at once is one of them twice.
  for (const [jti, until] of taken) if (until < now) taken.delete(jti);
  if (taken.has(proof.jti)) return false;
  taken.set(proof.jti, proof.exp);
  return true;
}

async function read(assertion, subject) {
  try {
    const { payload } = await jwtVerify(assertion, keys, {
      issuer: ISSUER,
      audience: AUDIENCE,
      subject,
      algorithms: ["EdDSA"],
      typ: "step-up+jwt",
      maxTokenAge: OLDEST_S,
      requiredClaims: ["exp", "jti", "nonce", "auth_time"],
    });
    return payload;
  } catch (error) {
    // Without keys nothing is known of any proof: that is this program's fault, and nobody gets on.
    if (!(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout) throw error;
  }
}
