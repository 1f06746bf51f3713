// How does Better Auth run on Node?
//
//     PORT=0 DATABASE=FILE BETTER_AUTH_SECRET=… COOKIE_CACHE=off INFOBIP_…=… node server.mjs
//
// One process, SQLite by `node:sqlite`, which Better Auth has an adapter for. Not here: how it is set up (`auth.mjs`).
import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { toNodeHandler } from "better-auth/node";
import { open } from "./auth.mjs";
import { provider } from "./provider.mjs";

const { env } = process;
const database = new DatabaseSync(env.DATABASE);
database.exec("PRAGMA journal_mode = WAL");
database.exec("CREATE TABLE IF NOT EXISTS pins (phone TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID");
const keep = database.prepare("INSERT OR REPLACE INTO pins VALUES (?, ?)");
const find = database.prepare("SELECT id FROM pins WHERE phone = ?");
const pins = { keep: (phone, id) => keep.run(phone, id), find: (phone) => find.get(phone)?.id };

// As long as a browser keeps a connection: opening it again would be measured, too.
const server = createServer({ keepAliveTimeout: 300_000 });
server.listen(Number(env.PORT ?? 0), "127.0.0.1", async () => {
  const { port } = server.address();
  const auth = await open({ database, baseURL: `http://localhost:${port}`, env, provider: provider(env, pins) });
  server.on("request", toNodeHandler(auth));
  console.log(`ready http://127.0.0.1:${port}`);
});
