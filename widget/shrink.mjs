// How does the element become the files that visitors load, as small as they are?
//
//     node widget/shrink.mjs dist
//
// Takes what wasm-bindgen made and writes `sms-login.wasm`, and `sms-login.js` and `sms-login.classic.js`, which are the same
// script as a module and as none, and load nothing but a Wasm with the very hash that is written into them; and the languages, of
// which each visitor loads one. On the way it leaves out what no visitor can tell from what was there. Each gain is what all of it,
// 38,400 bytes of brotli, would weigh more without:
//
// 1. Words that nobody reads: 7,100. serde words a complaint for every reply that does not fit, and the element drops it;
//    writing out floats, `Debug` and what serde expected is most of what that takes. So those functions write nothing
//    (`Ok(())`). The element itself never formats a float and never prints with `Debug`.
// 2. A panic's words: 500. There is nowhere to print them, so it only stops the module. It does so at once.
// 3. What only those functions and panics read: 3,000. Sentences, names of source files, and the tables of writing out floats and
//    characters. They become zeros, which weigh nothing, once it is sure that nothing points into the tables any more.
// 4. Long names: 3,500. The script and the Wasm know each other's functions by names with a hash in them; they agree on
//    short ones. What the script never calls is no longer exported.
//
// Not here: making the Wasm (`cargo xtask build`). Whatever is not as expected stops the build.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import binaryen from "binaryen";
import { build, transform } from "esbuild";
import { goodGuest } from "./glue.mjs";

const SOURCE = "widget/pkg/widget_bg.wasm";
const SILENT = [/^<f64 as core::fmt::Display>::fmt/, /serde_core::.*fmt::Display>::fmt/, /fmt::Debug>::fmt/];
const PANIC = /^core::panicking::panic_fmt$/;
/**
 * The words of panics: names of source files, and what else is long. Whoever read them would read zeros. Not the words of what is
 * thrown, which the page's developers read.
 */
const PANIC_WORDS = new RegExp(
  [
    String.raw`/rustc/[!-~]+?\.rs`,
    String.raw`(/rust/deps/)?[a-z-]+-[0-9.]+/src/[!-~]+?\.rs`,
    String.raw`(widget|protocol)/src/[!-~]+?\.rs`,
    "assertion failed: [a-z0-9_.()!<> ']+[a-z0-9_)']",
    "cannot access a Thread Local Storage value during or after destruction: ",
    "attempt to join into collection with len > usize::MAX",
    "a formatting trait implementation returned an error when the underlying stream did not",
    "a Display implementation returned an error unexpectedly",
    "called `Option::unwrap\\(\\)` on a `None` value",
    "internal error: entered unreachable code(: JsValue passed is not an Error type -- this is a bug)?",
    "LazyCell instance has previously been poisoned",
    "`async fn` resumed after completion",
    "RefCell already (mutably )?borrowed",
    "Attempted to initialize thread-local while it is being dropped",
    " is not a char boundary; it is inside ",
    "index out of bounds: the len is ",
    " out of range for slice of length ",
    "(byte array|unit value|Option value|newtype struct|unit variant|newtype variant|tuple variant|struct variant)+",
    ", can't be represented as a JavaScript number",
    "finish: (callbacks should be Some|result should be None)",
    "Couldn't deserialize u64 from a BigInt outside u64::MIN..u64::MAX bounds",
    String.raw`copy_from_slice: source slice length \(`,
    String.raw`\) does not match destination slice length \(`,
    "Hash table capacity overflow",
    "Tried to shrink to a larger capacity",
    "(range )?(start|end) (byte )?index ",
    "slice index starts at | but the index is | is out of bounds of `",
    "attempt to divide by zero",
  ].join("|"),
  "g",
);
/** Tables: what for, how each begins, and its length in bytes. */
const UNREAD_TABLES = [
  ["powers of ten of Grisu, to write floats", "df451a3d03cf1ae6c1fbccfe", 1296],
  ["powers of ten of Dragon, to write floats", "010000000a00000064000000e8030000", 196],
  ["which characters can be printed, to write with Debug", "060101030104020507070208", 1459],
];
/** The names that wasm-bindgen makes up. Nobody but the script and the Wasm knows them. */
const INTERNAL = /^(__wb|__externref_|smslogin_|wasm_bindgen__)/;
const MEMORY = "memory";
/** Others who bundle the module find the Wasm by this very wording. */
const FOR_BUNDLERS = [/new \w+\("sms-login\.wasm",import\.meta\.url\)/, 'new URL("./sms-login.wasm",import.meta.url)'];

const LANGUAGES = "widget/languages";

const [folder] = process.argv.slice(2);
const languages = writeLanguages();
const style = await transform(readFileSync("widget/src/style.css", "utf8"), { loader: "css", minify: true });
const { mangleCache: short } = await script("esm", "", {});
const source = readFileSync(SOURCE);
const tables = blank(source);
const wasm = binaryen.readBinary(source);
silence();
rename(short);
const bytes = optimised();
proveUnread(tables);
const hash = `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
writeFileSync(`${folder}/sms-login.wasm`, bytes);
writeFileSync(`${folder}/sms-login.js`, (await script("esm", hash, short)).text);
writeFileSync(`${folder}/sms-login.classic.js`, (await script("iife", hash, short)).text);

/** Writes what people read, and returns what the script has to know of it. */
function writeLanguages() {
  const names = readdirSync(LANGUAGES).map((file) => file.replace(".json", ""));
  const edition = createHash("sha256");
  for (const name of names.sort()) {
    const json = JSON.stringify(JSON.parse(readFileSync(`${LANGUAGES}/${name}.json`, "utf8")));
    writeFileSync(`${folder}/sms-login.${name}.json`, json);
    edition.update(json);
  }
  return { names, edition: edition.digest("hex").slice(0, 8) };
}

/** Bundles the script with short names: those that were agreed on, and says which name became which. */
async function script(format, integrity, agreed) {
  const classic = format === "iife";
  const { outputFiles, metafile, mangleCache } = await build({
    entryPoints: ["widget/src/element.js"],
    inject: ["widget/src/captured.js", ...(classic ? ["widget/src/script_address.js"] : [])],
    define: {
      EDITION: JSON.stringify(languages.edition),
      INTEGRITY_OF_WASM: JSON.stringify(integrity),
      LANGUAGES: JSON.stringify(languages.names),
      STYLE: JSON.stringify(style.code.trim()),
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

/** Makes zeros of what nobody reads, and returns where the tables among it are in memory. */
function blank(source) {
  const original = binaryen.readBinary(source);
  const tables = [];
  for (let n = 0; n < original.getNumDataSegments(); n++) {
    const { offset, data } = original.getDataSegmentInfo(original.getDataSegmentByIndex(n));
    const bytes = Buffer.from(data);
    const start = source.indexOf(bytes);
    if (start < 0) throw new Error(`${SOURCE}: its data is not in one piece`);
    for (const { 0: words, index } of bytes.toString("latin1").matchAll(PANIC_WORDS))
      source.fill(0, start + index, start + index + words.length);
    for (const [what, beginning, length] of UNREAD_TABLES) {
      const place = bytes.indexOf(beginning, "hex");
      if (place < 0) continue;
      source.fill(0, start + place, start + place + length);
      tables.push({ what, from: offset + place, to: offset + place + length });
    }
  }
  original.dispose();
  const missing = UNREAD_TABLES.filter(([what]) => !tables.some((table) => table.what === what));
  if (missing.length > 0) throw new Error(`${SOURCE}: there is no table any more of ${missing.map(([what]) => what)}`);
  return tables;
}

/** Every address is a constant or an offset in the code. And nothing asks the script for words, which it has no more of (`glue.mjs`). */
function proveUnread(tables) {
  const wordy = Object.keys(short).find((name) => name.includes("debug_string"));
  if (functions().some(({ module, base }) => module && base === short[wordy]))
    throw new Error(`${SOURCE}: something still writes values out for developers`);
  for (const [, constant, offset] of wasm.emitText().matchAll(/\(i32\.const (\d+)\)|offset=(\d+)/g)) {
    const address = Number(constant ?? offset);
    const read = tables.find(({ from, to }) => address >= from && address < to);
    if (read) throw new Error(`${SOURCE}: something still reads the table of ${read.what}`);
  }
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
