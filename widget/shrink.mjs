// How does the element become the files that visitors load, as small as they are?
//
//     node widget/shrink.mjs dist
//
// Takes what wasm-bindgen made and writes `sms-login.wasm`, and `sms-login.js` and `sms-login.classic.js`, which are the same
// script as a module and as none, and load nothing but a Wasm with the very hash that is written into them; and the languages, of
// which each visitor loads one. On the way it leaves out what no visitor can tell from what was there. Each gain is what the two,
// 36,900 bytes of brotli, would weigh more without (`silence.mjs` does the first four):
//
// 1. Writing values out in words: 500. Nothing of the element does; what is left is there for panics, and writes nothing.
// 2. Panics: 800. There is nowhere to print their words, so a panic only stops the module. It does so at once, whichever it is.
// 3. What only those read: 900. Sentences, names of source files, the places in them. They become zeros, which weigh nothing.
// 4. What is done the long way: 1,000. A hash table keeps the names of members as strings of the script's; making one again is a call.
// 5. Long names: 3,500. The script and the Wasm know each other's functions by names with a hash in them; they agree on
//    short ones. What the script never calls is no longer exported, and what the Wasm never calls no longer provided.
// 6. What is there for browsers that cannot show the element: 200 (`glue.mjs`).
//
// Not here: making the Wasm (`cargo xtask build`). Whatever is not as expected stops the build.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import binaryen from "binaryen";
import { build, transform } from "esbuild";
import { goodGuest } from "./glue.mjs";
import { blank, functions, silence } from "./silence.mjs";

const SOURCE = "widget/pkg/widget_bg.wasm";
const GLUE = "widget/pkg/widget.js";
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
blank(source, SOURCE);
const wasm = binaryen.readBinary(source);
silence(wasm, SOURCE);
rename(short);
const bytes = optimised();
const asked = whatTheWasmAsksFor();
const hash = `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
writeFileSync(`${folder}/sms-login.wasm`, bytes);
writeFileSync(`${folder}/sms-login.js`, (await script("esm", hash, short, asked)).text);
writeFileSync(`${folder}/sms-login.classic.js`, (await script("iife", hash, short, asked)).text);

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
async function script(format, integrity, agreed, asked) {
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
    plugins: [goodGuest(asked)],
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

/** The functions of the script, by the names that wasm-bindgen gave them, that the Wasm still calls. */
function whatTheWasmAsksFor() {
  const imported = new Set(functions(wasm).flatMap(({ module, base }) => (module ? [base] : [])));
  const names = Object.entries(short).filter(([, name]) => imported.has(name));
  return new Set(names.map(([name]) => name));
}

function rename(short) {
  for (const { name, module, base, params, results } of functions(wasm)) {
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
  // The stack comes first in memory, and its last kilobyte is never in use, so that an address and an offset may be one.
  binaryen.setLowMemoryUnused(true);
  wasm.runPasses(["strip-producers"]);
  // A second round finds what the first one left over.
  for (let round = 0; round < 2; round++) wasm.optimize();
  wasm.runPasses(["strip-target-features"]);
  // The same once more with names, for `cargo xtask sizes` to tell whose it is.
  binaryen.setDebugInfo(true);
  writeFileSync("target/sms-login.named.wasm", wasm.emitBinary());
  binaryen.setDebugInfo(false);
  return wasm.emitBinary();
}

function exports() {
  return Array.from({ length: wasm.getNumExports() }, (_, i) => binaryen.getExportInfo(wasm.getExportByIndex(i)));
}
