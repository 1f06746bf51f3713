// How does the element's Wasm become as small as it is?
//
//     node widget/shrink.mjs widget/pkg/widget_bg.wasm dist/sms-login.wasm
//
// serde words a complaint for every reply that does not fit, and a panic words itself; in the element nobody ever reads
// either, but writing out floats, `Debug` and what serde expected takes a sixth of what every visitor downloads. So those
// functions are made to write nothing (`Ok(())`) before the optimiser runs, and all they needed goes with them. The element
// itself never formats a float and never prints with `Debug`.
import { readFileSync, writeFileSync } from "node:fs";
import binaryen from "binaryen";

const SILENT = [/^<f64 as core::fmt::Display>::fmt/, /serde_core::.*fmt::Display>::fmt/, /fmt::Debug>::fmt/];
const RETURNS_RESULT = binaryen.i32;
const OK = 0;

const [source, target] = process.argv.slice(2);
const wasm = binaryen.readBinary(readFileSync(source));
const silenced = SILENT.map(() => 0);
for (let index = 0; index < wasm.getNumFunctions(); index++) {
  const body = wasm.getFunctionByIndex(index);
  const { name, results } = binaryen.getFunctionInfo(body);
  // `core[c5930c85a12de822]` is core, whichever compiler built it.
  const path = name.replaceAll(/\[[0-9a-f]{16}\]/g, "");
  const which = SILENT.findIndex((pattern) => pattern.test(path));
  if (which < 0 || results !== RETURNS_RESULT) continue;
  binaryen.Function.setBody(body, wasm.i32.const(OK));
  silenced[which]++;
}
if (silenced.includes(0)) {
  throw new Error(`${source}: no function is named ${SILENT[silenced.indexOf(0)]} any more`);
}
binaryen.setOptimizeLevel(2);
binaryen.setShrinkLevel(2);
wasm.runPasses(["strip-producers", "strip-target-features"]);
// A second round finds what the first one left over.
for (let round = 0; round < 2; round++) wasm.optimize();
writeFileSync(target, wasm.emitBinary());
