// How is Better Auth set up?
//
// As its documentation says for logging in by telephone number, with what it does by default; what differs from that says why.
// Not here: what it runs on (`server.mjs`: Node; `worker.mjs`: workerd), and the provider (`provider.mjs`).
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { phoneNumber } from "better-auth/plugins/phone-number";

/** Its rate limit is on and is never reached: everybody who is measured comes from one address. */
const LIMIT = { window: 60, max: 1_000_000 };

/** Tables are made first where there are none. */
export async function open({ database, baseURL, env, provider }) {
  const auth = betterAuth({
    database,
    baseURL,
    secret: env.BETTER_AUTH_SECRET,
    telemetry: { enabled: false },
    rateLimit: { enabled: true, ...LIMIT, customRules: { "/phone-number/*": LIMIT } },
    // Off by default: then every look at a session asks the database.
    session: { cookieCache: { enabled: env.COOKIE_CACHE === "on", maxAge: 300 } },
    plugins: [
      phoneNumber({
        ...provider,
        phoneNumberValidator: (phone) => /^\+[1-9]\d{6,14}$/.test(phone),
        signUpOnVerification: { getTempEmail: (phone) => `${phone.slice(1)}@example.invalid` },
      }),
    ],
  });
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  return auth;
}
