// What is the least that a login by text message costs a worker?
//
// The three requests that `cargo xtask bench` measures, under the paths and with the bodies of ours, written as one would in an
// afternoon: Hono routes, jose signs the session and seals the challenge. Not here: what each number has used up, and asking the
// provider (`phone.ts`); what is left out (`../README.md`).
import { type Context, Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { base64url, EncryptJWT, exportJWK, importJWK, importPKCS8, jwtDecrypt, jwtVerify, SignJWT } from "jose";
import { GUESSES, LIFE, type Phone } from "./phone";

export { Phone } from "./phone";

interface Env {
  PHONES: DurableObjectNamespace<Phone>;
  ISSUER: string;
  SIGNING_KEYS: string;
  SEALING_KEYS: string;
}
type Keys = Awaited<ReturnType<typeof read>>;

/** E.164 (ITU-T): a plus, and up to fifteen digits. Whether a country has such numbers, nobody asks. */
const NUMBER = /^\+[1-9]\d{6,14}$/;
const CODE = /^\d{4,10}$/;
const SESSION_LIFE = 15 * 60;
/** PKCS #8 (RFC 8410, section 7) in front of an Ed25519 key's 32 bytes, which are all that the setting holds. */
const PKCS8 = "MC4CAQAwBQYDK2VwBCIEIA";

const app = new Hono<{ Bindings: Env }>();

app.get("/healthz", (c) => c.text("ok"));

app.post("/v1/challenges", async (c) => {
  if (c.req.header("origin") !== c.env.ISSUER) return c.json({ code: "forbidden" }, 403);
  const { phone } = await c.req.json();
  if (!NUMBER.test(phone)) return c.json({ code: "invalid_phone" }, 422);
  const challenge = await c.env.PHONES.getByName(phone).send(phone);
  if (!challenge) return c.json({ code: "not_sent" }, 429);
  const { sealing } = await keys(c.env);
  const sealed = await new EncryptJWT({ phone, challenge })
    .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
    .setExpirationTime(`${LIFE}s`)
    .encrypt(sealing);
  keep(c, "challenge", sealed, "Strict", LIFE);
  return c.json({ code_length: 6, expires_in: LIFE, tries_left: GUESSES }, 202);
});

app.post("/v1/challenges/verify", async (c) => {
  if (c.req.header("origin") !== c.env.ISSUER) return c.json({ code: "forbidden" }, 403);
  const { code } = await c.req.json();
  const { sealing, signing } = await keys(c.env);
  const challenge = await opened(getCookie(c, "challenge", "host"), sealing);
  if (!challenge || !CODE.test(code)) return c.json({ code: "wrong_code" }, 422);
  const subject = await c.env.PHONES.getByName(challenge.phone).verify(challenge.challenge, code);
  if (!subject) return c.json({ code: "wrong_code" }, 422);
  const token = await new SignJWT()
    .setProtectedHeader({ alg: "EdDSA" })
    .setIssuer(c.env.ISSUER)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(`${SESSION_LIFE}s`)
    .sign(signing);
  keep(c, "session", token, "Lax", SESSION_LIFE);
  keep(c, "challenge", "", "Strict", 0);
  return c.json({ subject });
});

app.get("/v1/session", async (c) => {
  const { verifying } = await keys(c.env);
  try {
    const token = getCookie(c, "session", "host") ?? "";
    const { payload } = await jwtVerify(token, verifying, { algorithms: ["EdDSA"], issuer: c.env.ISSUER });
    return c.json({ subject: payload.sub, authenticated_at: payload.iat, ends_at: payload.exp });
  } catch {
    return c.json({ code: "not_signed_in" }, 401);
  }
});

export default app;

function keep(c: Context, name: string, value: string, sameSite: "Lax" | "Strict", maxAge: number) {
  setCookie(c, name, value, { prefix: "host", path: "/", secure: true, httpOnly: true, sameSite, maxAge });
}

/** What a challenge's cookie holds, if it is one of ours and not too old. */
async function opened(sealed = "", key: Uint8Array) {
  try {
    return (await jwtDecrypt<{ phone: string; challenge: string }>(sealed, key)).payload;
  } catch {
    return undefined;
  }
}

/** Read once, and kept for as long as this isolate lives. One key of each kind, `id:secret`: there is no rotation. */
let memo: Promise<Keys> | undefined;
function keys(env: Env): Promise<Keys> {
  return (memo ??= read(env));
}

async function read(env: Env) {
  const [, seed] = env.SIGNING_KEYS.split(":");
  const [, sealing] = env.SEALING_KEYS.split(":");
  const der = btoa(String.fromCharCode(...base64url.decode(PKCS8), ...base64url.decode(seed)));
  const pem = `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----`;
  const signing = await importPKCS8(pem, "EdDSA", { extractable: true });
  const { kty, crv, x } = await exportJWK(signing);
  return { signing, verifying: await importJWK({ kty, crv, x }, "EdDSA"), sealing: base64url.decode(sealing) };
}
