// Who has an account here, and is this their password?
//
// In memory, and one account. Not here: what else a login takes (proofs.mjs), and how it is remembered (sessions.mjs).
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const { PHONE = "+385911234567", PASSWORD = "a kite in the wind" } = process.env;
/** What OWASP recommends for scrypt where 32 MB per login are to be had. */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };

const users = new Map();
await add({ id: "customer-4711", name: "ana", phone: PHONE, balance: 1000 }, PASSWORD);
// Whoever gives a name that nobody has waits as long as whoever does: names cannot be found out by the clock.
const NOBODY = await kept(randomBytes(16).toString("hex"));

/** The user, if the password is theirs. */
export async function check(name, password) {
  const user = users.get(name);
  const { salt, hash } = user?.password ?? NOBODY;
  const right = timingSafeEqual(await hashed(password, salt), hash);
  return right ? user : undefined;
}

async function add(user, password) {
  users.set(user.name, { ...user, password: await kept(password) });
}

async function kept(password) {
  const salt = randomBytes(16);
  return { salt, hash: await hashed(password, salt) };
}

// The same letters can be typed as different ones (NIST SP 800-63B-4, section 3.1.1.2).
function hashed(password, salt) {
  return promisify(scrypt)(password.normalize("NFC"), salt, 32, COST);
}
