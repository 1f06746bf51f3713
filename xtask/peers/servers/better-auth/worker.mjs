// How does Better Auth run on workerd?
//
// All of it in one Durable Object, beside its SQLite, which is handed to it as if it were D1: Better Auth has an adapter for
// that, and D1 itself, a call away, is not part of bare workerd. Not here: how it is set up (`auth.mjs`).
import { DurableObject } from "cloudflare:workers";
import { open } from "./auth.mjs";
import { provider } from "./provider.mjs";

export class Auth extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    const { sql } = ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS pins (phone TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID");
    const pins = {
      keep: (phone, id) => sql.exec("INSERT OR REPLACE INTO pins VALUES (?, ?)", phone, id),
      find: (phone) => sql.exec("SELECT id FROM pins WHERE phone = ?", phone).toArray()[0]?.id,
    };
    ctx.blockConcurrencyWhile(async () => {
      const asked = provider(env, pins);
      this.auth = await open({ database: likeD1(sql), baseURL: env.ISSUER, env, provider: asked });
    });
  }

  fetch(request) {
    return this.auth.handler(request);
  }
}

export default {
  fetch: (request, env) => env.AUTH.getByName("auth").fetch(request),
};

/** As much of D1's interface as Better Auth uses. */
function likeD1(sql) {
  const prepare = (query, values = []) => ({
    bind: (...bound) => prepare(query, bound),
    async all() {
      const cursor = sql.exec(query, ...values);
      return { results: cursor.toArray(), meta: { changes: cursor.rowsWritten } };
    },
  });
  return {
    prepare: (query) => prepare(query),
    batch: (statements) => Promise.all(statements.map((statement) => statement.all())),
    exec: async (query) => sql.exec(query),
  };
}
