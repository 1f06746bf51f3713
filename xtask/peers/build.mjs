// How do the pages come to be that `cargo xtask bench` compares?
//
//     node xtask/peers/build.mjs FOLDER
//
// Each with its own script, all by one esbuild with the same options; and the element as `cargo xtask build` laid it out. Then every
// file of each is compressed with brotli 11, and only that is kept, for the bench to serve. Not here: what is measured
// (`xtask/src/bench/browser.rs`).
import { copyFileSync, cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const [folder] = process.argv.slice(2);
const pages = { auth0: "login.js", firebase: "login.js", supabase: "login.jsx" };

await build({
  absWorkingDir: here,
  entryPoints: Object.entries(pages).map(([page, script]) => ({ in: join(page, script), out: join(page, "login") })),
  outdir: folder,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  // In this order also for what is required: auth0-js has a "main" that is no module, in a package that says it is one.
  mainFields: ["browser", "module", "main"],
  define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
  legalComments: "none",
  logLevel: "error",
});
for (const page of ["sms-login", ...Object.keys(pages)])
  copyFileSync(join(here, page, "index.html"), join(folder, `${page}.html`));
cpSync(join(here, "auth0/client"), join(folder, "auth0/client"), { recursive: true });
const element = join(here, "../../dist");
for (const file of readdirSync(element).filter((name) => /^sms-login\.(js|wasm|.*json)$/.test(name))) {
  cpSync(join(element, file), join(folder, "sms-login", file));
}
if (existsSync(join(element, "countries")))
  cpSync(join(element, "countries"), join(folder, "countries"), { recursive: true });

for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath, entry.name);
  const bytes = readFileSync(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 22,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
  rmSync(path);
}
