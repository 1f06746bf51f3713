// How do the workers come to be that `cargo xtask bench` measures ours beside?
//
//     node xtask/peers/servers/build.mjs FOLDER
//
// Each bundled by esbuild into one module, beside the configuration that workerd starts it with: FOLDER/minimal and
// FOLDER/better-auth. What runs on Node needs no build. Not here: starting and measuring them (`xtask/src/bench.rs`).
import { copyFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const [folder] = process.argv.slice(2);

await build({
  absWorkingDir: here,
  entryPoints: ["minimal/worker.ts", "better-auth/worker.mjs"],
  outdir: folder,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  conditions: ["workerd", "worker", "browser"],
  external: ["cloudflare:*", "node:*"],
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
  logLevel: "error",
});
for (const peer of ["minimal", "better-auth"])
  copyFileSync(join(here, peer, "workerd.capnp"), join(folder, peer, "workerd.capnp"));
