// How does what wasm-bindgen wrote become a good guest in any page?
//
// A plugin of esbuild. It changes the script that goes with the Wasm, line by line, so that:
//
// 1. It asks the document itself, and not what markup put over it: `<form name="hidden">` is `document.hidden`.
// 2. What is handed to the browser inherits nothing: a page may have written into `Object.prototype`.
// 3. What loads the Wasm is what we need of it: the bytes, whose hash was compared already, and nothing else.
// 4. What the Wasm never calls, once it is optimised, is left out; and so is what is there for browsers from before 2021, which do not
//    know this element's style either, and for texts of two gigabytes.
//
// Not here: the page's functions themselves (`src/captured.js`). A line that is no longer there stops the build.
import { readFileSync } from "node:fs";

const LOADER = `export default async (bytes) => {
  const { instance, module } = await WebAssembly.instantiate(bytes, __wbg_get_imports());
  __wbg_finalize_init(instance, module);
};`;

/** What is there, what becomes of it, and how often it is there. */
const LINES = [
  [/arg0\.(addEventListener|removeEventListener|createElement)\(/g, "$1.call(arg0, ", 3],
  [/arg0\.hidden\b/g, "isHidden.call(arg0)", 1],
  [/new Object\(\)/g, "{ __proto__: null }", 1],
  [/async function __wbg_load\([^]*$/g, LOADER, 1],
  [/^if \(Symbol\.dispose\) .*\n/gm, "", 1],
  [/\(typeof FinalizationRegistry === 'undefined'\)\n.*\n {4}: /g, "", 2],
  [/^if \(!\('encodeInto' in cachedTextEncoder\)\) \{[^]*?^\}\n/gm, "", 1],
  [/^const MAX_SAFARI_DECODE_BYTES[^]*?^\}\n/gm, "const decodeText = (bytes) => cachedTextDecoder.decode(bytes);\n", 1],
  [/^ {4}if \(realloc === undefined\) \{[^]*?^ {4}\}\n/gm, "", 1],
  [/cachedDataViewMemory0 === null \|\| .*(cachedDataViewMemory0)(\.buffer !== wasm\.memory\.buffer)\)/g, "$1?$2", 1],
];

/** A function that the Wasm may call. */
const MEMBER = /^ {8}(\w+): function[^]*?^ {8}\}.*,$\n/gm;

/** `asked` are the names of what the Wasm calls; without them, everything stays. */
export const goodGuest = (asked) => ({
  name: "good guest",
  setup(build) {
    build.onLoad({ filter: /pkg\/widget\.js$/ }, ({ path }) => {
      let contents = readFileSync(path, "utf8");
      for (const [line, better, times] of LINES) {
        const found = contents.match(line)?.length ?? 0;
        if (found !== times) throw new Error(`${path}: ${line} is there ${found} times, and not ${times}`);
        contents = contents.replace(line, better);
      }
      if (asked) contents = contents.replaceAll(MEMBER, (member, name) => (asked.has(name) ? member : ""));
      return { contents };
    });
  },
});
