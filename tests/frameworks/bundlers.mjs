// How do the pages of other people come to be who install the element from npm and bundle it?
//
//     node tests/frameworks/bundlers.mjs FOLDER
//
// The page of `shop/` with the package as `npm pack` packs it, by Vite and by webpack, each as it comes. The languages are copied beside
// the Wasm, as the README says. Not here: whether the pages work (`tests/tests/in_browser/bundlers.rs`).
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import webpack from "webpack";

const here = dirname(fileURLToPath(import.meta.url));
const [folder] = process.argv.slice(2);

// A shop somewhere else, into which the package was installed.
const shop = join(folder, "shop");
const installed = join(shop, "node_modules/sms-login");
cpSync(join(here, "shop"), shop, { recursive: true });
mkdirSync(installed, { recursive: true });
const pack = ["pack", join(here, "../../target/npm"), "--silent", "--ignore-scripts", "--pack-destination", folder];
const packed = execFileSync("npm", pack, { encoding: "utf8" }).trim();
execFileSync("tar", ["-xzf", join(folder, packed), "-C", installed, "--strip-components=1"]);
const languages = readdirSync(installed).filter((name) => /^sms-login\..+\.json$/.test(name));
const copyLanguages = (place) => languages.forEach((name) => copyFileSync(join(installed, name), join(place, name)));

await build({ root: shop, base: "./", logLevel: "error", configFile: false, build: { outDir: join(folder, "vite") } });
copyLanguages(join(folder, "vite/assets"));

const settings = { mode: "production", context: shop, entry: "./main.js", output: { path: join(folder, "webpack") } };
await new Promise((resolve, reject) => {
  webpack(settings, (error, stats) => {
    if (error ?? stats.hasErrors()) reject(error ?? new Error(stats.toString("errors-only")));
    else resolve();
  });
});
copyLanguages(join(folder, "webpack"));
