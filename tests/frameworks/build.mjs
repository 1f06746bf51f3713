// How do the pages of other people come to be, with their frameworks and the element's npm package?
//
//     node tests/frameworks/build.mjs FOLDER
//
// Each framework by its own compiler, all by esbuild. `sms-login` is the package as `cargo xtask build` laid it out. Not here: what
// the pages do (a file for each), and whether they do it (`tests/tests/in_browser/frameworks.rs`).
import { copyFileSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compile } from "svelte/compiler";
import { compileScript, parse } from "vue/compiler-sfc";

const here = dirname(fileURLToPath(import.meta.url));
const element = join(here, "../../target/npm");
const { exports } = JSON.parse(readFileSync(join(element, "package.json"), "utf8"));
const [folder] = process.argv.slice(2);

const svelte = {
  name: "svelte",
  setup({ onLoad }) {
    onLoad({ filter: /\.svelte$/ }, ({ path }) => {
      const { js } = compile(readFileSync(path, "utf8"), { filename: path, generate: "client", css: "injected" });
      return { contents: js.code };
    });
  },
};

const vue = {
  name: "vue",
  setup({ onLoad }) {
    onLoad({ filter: /\.vue$/ }, ({ path }) => {
      const { descriptor } = parse(readFileSync(path, "utf8"), { filename: path });
      const compilerOptions = { isCustomElement: (tag) => tag === "sms-login" };
      const script = compileScript(descriptor, { id: "app", inlineTemplate: true, templateOptions: { compilerOptions } });
      return { contents: script.content };
    });
  },
};

await build({
  absWorkingDir: here,
  entryPoints: ["react.jsx", "vue.js", "svelte.js", "angular.js"],
  outdir: folder,
  bundle: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  define: {
    "process.env.NODE_ENV": '"production"',
    __VUE_OPTIONS_API__: "true",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    ngDevMode: "false",
  },
  alias: { "sms-login": join(element, exports["."].default) },
  plugins: [svelte, vue],
  logLevel: "error",
});
for (const file of readdirSync(element).filter((name) => /^sms-login\.(js|wasm|.*json)$/.test(name)))
  copyFileSync(join(element, file), join(folder, file));
copyFileSync(join(here, "node_modules/htmx.org/dist/htmx.min.js"), join(folder, "htmx.js"));
