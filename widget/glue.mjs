// How does what wasm-bindgen wrote become a good guest in any page?
//
// A plugin of esbuild. It changes the script that goes with the Wasm, line by line, so that:
//
// 1. It asks the document itself, and not what markup put over it: `<form name="hidden">` is `document.hidden`.
// 2. What is handed to the browser inherits nothing: a page may have written into `Object.prototype`.
// 3. What would put a value into words is left out, because the Wasm no longer asks for it (`shrink.mjs`).
// 4. What loads the Wasm is what we need of it: the bytes, whose hash was compared already, and nothing else.
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
  [/function debugString\(val\) \{[^]*?\n\}\n/g, "const debugString = String;\n", 1],
  [/async function __wbg_load\([^]*$/g, LOADER, 1],
];

export const goodGuest = {
  name: "good guest",
  setup(build) {
    build.onLoad({ filter: /pkg\/widget\.js$/ }, ({ path }) => {
      let contents = readFileSync(path, "utf8");
      for (const [line, better, times] of LINES) {
        const found = contents.match(line)?.length ?? 0;
        if (found !== times) throw new Error(`${path}: ${line} is there ${found} times, and not ${times}`);
        contents = contents.replace(line, better);
      }
      return { contents };
    });
  },
};
