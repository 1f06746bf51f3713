// How does the element become files as small as they are?
//
//     node widget/shrink.mjs dist
//
// Takes what wasm-bindgen made and writes `sms-login.wasm`, and `sms-login.js` and `sms-login.classic.js`, which are the same
// script as a module and as none, and load nothing but a Wasm with the very hash that is written into them. On the way it leaves
// out what no visitor can tell from what was there. Each gain is what all of it, 38,400 bytes of brotli, would weigh more without:
//
// 1. Words that nobody reads: 7,100. serde words a complaint for every reply that does not fit, and the element drops it;
//    writing out floats, `Debug` and what serde expected is most of what that takes. So those functions write nothing
//    (`Ok(())`). The element itself never formats a float and never prints with `Debug`.
// 2. A panic's words: 500. There is nowhere to print them, so it only stops the module. It does so at once.
// 3. Long names: 3,500. The script and the Wasm know each other's functions by names with a hash in them; they agree on
//    short ones. What the script never calls is no longer exported.
//
// Not here: making the Wasm (`cargo xtask build`). Whatever is not as expected stops the build.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import binaryen from "binaryen";
import { build } from "esbuild";
import { goodGuest } from "./glue.mjs";

const SOURCE = "widget/pkg/widget_bg.wasm";
const SILENT = [/^<f64 as core::fmt::Display>::fmt/, /serde_core::.*fmt::Display>::fmt/, /fmt::Debug>::fmt/];
const PANIC = /^core::panicking::panic_fmt$/;
/** The names that wasm-bindgen makes up. Nobody but the script and the Wasm knows them. */
const INTERNAL = /^(__wb|__externref_|smslogin_|wasm_bindgen__)/;
const MEMORY = "memory";
/** Others who bundle the module find the Wasm by this very wording. */
const FOR_BUNDLERS = [/new \w+\("sms-login\.wasm",import\.meta\.url\)/, 'new URL("./sms-login.wasm",import.meta.url)'];

const [folder] = process.argv.slice(2);
const { mangleCache: short } = await script("esm", "", {});
const wasm = binaryen.readBinary(readFileSync(SOURCE));
silence();
rename(short);
const bytes = optimised();
const hash = `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
writeFileSync(`${folder}/sms-login.wasm`, bytes);
writeFileSync(`${folder}/sms-login.js`, (await script("esm", hash, short)).text);
writeFileSync(`${folder}/sms-login.classic.js`, (await script("iife", hash, short)).text);

/** Bundles the script with short names: those that were agreed on, and says which name became which. */
async function script(format, integrity, agreed) {
  const classic = format === "iife";
  const { outputFiles, metafile, mangleCache } = await build({
    entryPoints: ["widget/src/element.js"],
    inject: ["widget/src/captured.js", ...(classic ? ["widget/src/script_address.js"] : [])],
    define: {
      INTEGRITY_OF_WASM: JSON.stringify(integrity),
      ...(classic && { "import.meta.url": "SCRIPT_ADDRESS" }),
    },
    plugins: [goodGuest],
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    format,
    target: "es2022",
    legalComments: "none",
    mangleProps: INTERNAL,
    mangleCache: agreed,
  });
  // The hash of a script says nothing of what the script imports.
  const [{ imports }] = Object.values(metafile.outputs);
  if (imports.length > 0) throw new Error(`the script imports ${imports.map(({ path }) => path)}`);
  return { text: outputFiles[0].text.replace(...FOR_BUNDLERS), mangleCache };
}

function silence() {
  const missing = new Set([...SILENT, PANIC]);
  for (const { name, module, results } of functions()) {
    if (module) continue;
    // `core[c5930c85a12de822]` is core, whichever compiler built it.
    const path = name.replaceAll(/\[[0-9a-f]{16}\]/g, "");
    const silent = results === binaryen.i32 && SILENT.find((pattern) => pattern.test(path));
    if (silent) replaceBody(name, wasm.i32.const(0));
    const panic = PANIC.test(path) && PANIC;
    if (panic) replaceBody(name, wasm.unreachable());
    missing.delete(silent || panic);
  }
  if (missing.size > 0) throw new Error(`${SOURCE}: no function is named ${[...missing].join(", ")} any more`);
}

function replaceBody(name, body) {
  binaryen.Function.setBody(wasm.getFunction(name), body);
}

function rename(short) {
  for (const { name, module, base, params, results } of functions()) {
    if (!module) continue;
    if (!(base in short)) throw new Error(`${SOURCE}: the script does not provide ${base}`);
    wasm.removeFunction(name);
    wasm.addFunctionImport(name, module, short[base], params, results);
  }
  for (const { name, value, kind } of exports()) {
    if (name === MEMORY) continue;
    wasm.removeExport(name);
    if (!(name in short)) continue;
    if (kind === binaryen.ExternalFunction) wasm.addFunctionExport(value, short[name]);
    else if (kind === binaryen.ExternalTable) wasm.addTableExport(value, short[name]);
    else throw new Error(`${SOURCE}: ${name} is neither a function nor a table`);
  }
}

function optimised() {
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);
  wasm.runPasses(["strip-producers"]);
  // A second round finds what the first one left over.
  for (let round = 0; round < 2; round++) wasm.optimize();
  wasm.runPasses(["strip-target-features"]);
  return wasm.emitBinary();
}

function functions() {
  return Array.from({ length: wasm.getNumFunctions() }, (_, i) => binaryen.getFunctionInfo(wasm.getFunctionByIndex(i)));
}

function exports() {
  return Array.from({ length: wasm.getNumExports() }, (_, i) => binaryen.getExportInfo(wasm.getExportByIndex(i)));
}
