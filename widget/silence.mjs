// What is there in the Wasm that nobody reads and nothing calls, and how does it go?
//
// `blank` makes zeros of words, which weigh nothing; `silence` gives functions another body. Not here: the names and the files (`shrink.mjs`, which says what each gains). Whatever is not as expected
// stops the build.
import binaryen from "binaryen";

/** The words of panics and of serde's complaints, and what is thrown when the script misuses the Wasm, which it does not. */
const WORDS = new RegExp(
  [
    "assertion failed: [a-z0-9_.()!<> ']+[a-z0-9_)']",
    "assertion `left | right` failed\n {2}left: |\n right: ",
    "cannot access a Thread Local Storage value during or after destruction: ",
    "attempt to join into collection with len > usize::MAX",
    "a formatting trait implementation returned an error when the underlying stream did not",
    "a Display implementation returned an error unexpectedly",
    "called `Option::unwrap\\(\\)` on a `None` value",
    "called `(Option::unwrap_throw\\(\\)` on a `None|Result::unwrap_throw\\(\\)` on an `Err)` value",
    "internal error: entered unreachable code",
    "LazyCell instance has previously been poisoned",
    "`async fn` resumed after completion",
    "RefCell already (mutably )?borrowed",
    "Attempted to initialize thread-local while it is being dropped",
    " is not a char boundary; it is inside ",
    "index out of bounds: the len is ",
    " out of range for slice of length ",
    "begin > end \\(|\\) when slicing `| \\(bytes |\\) of `| but ends at ",
    "copy_from_slice: source slice length \\(|\\) does not match destination slice length \\(",
    "mid > len| >= maxlen|AccessError",
    "Hash table capacity overflow|capacity overflow",
    "Tried to shrink to a larger capacity",
    "(range )?(start|end) (byte )?index ",
    "slice index starts at | but the index is | is out of bounds of `",
    "attempt to divide by zero",
    "(byte array|unit value|Option value|newtype struct|unit variant|newtype variant|tuple variant|struct variant)+",
    ", can't be represented as a JavaScript number",
    "finish: (callbacks should be Some|result should be None)",
    "Couldn't deserialize u64 from a BigInt outside u64::MIN..u64::MAX bounds",
    "invalid (value|type): |, expected |(floating point|character|integer|boolean|missing field|duplicate field) `",
    "struct (Challenge|Country|Refusal|Session|Settings)|sequencemapenum|a booleana string|JsValue\\(",
    "attempted to take ownership of Rust value while it was borrowed",
    "recursive use of an object detected which would lead to unsafe aliasing in rust",
    "closure invoked recursively or after being dropped|FnOnce called more than once",
    "null pointer passed to rust|array contains a value of the wrong type",
  ].join("|"),
  "g",
);
/** Where a panic happened: a file's name, and elsewhere its address, its length, a line and a column, four bytes each. */
const FILES = /\/rustc\/[!-~]+?\.rs|(\/rust\/deps\/)?[a-z-]+-[0-9.]+\/src\/[!-~]+?\.rs|(widget|protocol)\/src\/[!-~]+?\.rs/g;
const PLACE = 16;
/** Whatever writes a value out in words. It writes nothing, and is fine. */
const WRITES = [
  /fmt::(Debug|Display|LowerHex|UpperHex|Write|Pointer)>::/,
  /^<core::fmt::Formatter>::pad/,
];
/** What never happens, or is the end: panics, whose words there is nowhere to print, and what only JSPI and ancient browsers need. */
const STOPS = [
  /^core::panicking::/,
  /^core::(option|result)::(expect|unwrap)_failed$/,
  /^core::cell::(lazy::)?panic_/,
  /^std::(panicking::|thread::local::panic_access_error$|alloc::rust_oom$)/,
  /^alloc::(raw_vec::(handle_error|capacity_overflow)|alloc::handle_alloc_error)$/,
  /^<hashbrown::raw::Fallibility>::capacity_overflow$/,
  /^js_sys::futures::jspi::(task_waker::raw_\w+|SpawnedTask::wake)$/,
  /^js_sys::global::get_global_object::(GLOBAL|SELF|WINDOW)::init$/,
];
/** What is done in a shorter way: by calling another function that takes and gives the same. */
const SHORTER = [
  // Keeps each name that it ever made a string of in a hash table.
  [/^serde_wasm_bindgen::static_str_to_js$/, /^Ref\(String\) -> Externref externref shim$/],
  // Tries four names, three of which are for browsers that have no WebAssembly either.
  [/^js_sys::global::get_global_object$/, /^js_sys::global::get_global_object::GLOBAL_THIS::init::__wbg_static_accessor_/],
];

/** Makes zeros of what nobody reads. */
export function blank(source, of) {
  const module = binaryen.readBinary(source);
  const segments = Array.from({ length: module.getNumDataSegments() }, (_, n) => {
    const { offset, data } = module.getDataSegmentInfo(module.getDataSegmentByIndex(n));
    const bytes = Buffer.from(data);
    const start = source.indexOf(bytes);
    if (start < 0) throw new Error(`${of}: its data is not in one piece`);
    return { offset, bytes, start };
  });
  module.dispose();
  const names = new Set();
  for (const { offset, bytes, start } of segments) {
    const text = bytes.toString("latin1");
    for (const { 0: name, index } of text.matchAll(FILES)) names.add(`${offset + index},${name.length}`);
    for (const words of [FILES, WORDS])
      for (const { 0: found, index } of text.matchAll(words)) source.fill(0, start + index, start + index + found.length);
  }
  for (const { bytes, start } of segments)
    for (let place = 0; place + PLACE <= bytes.length; place += 4)
      if (names.has(`${bytes.readUInt32LE(place)},${bytes.readUInt32LE(place + 4)}`))
        source.fill(0, start + place, start + place + PLACE);
}

/** Gives functions another body. */
export function silence(module, of) {
  const missing = new Set([...WRITES, ...STOPS, ...SHORTER.map(([pattern]) => pattern)]);
  const all = functions(module).map((it) => ({ ...it, path: pathOf(it.name) }));
  const become = (name, body) => binaryen.Function.setBody(module.getFunction(name), body);
  const silenced = new Set();
  for (const { name, path, module: imported, params, results } of all) {
    if (imported) continue;
    const among = (patterns) => patterns.find((pattern) => pattern.test(path));
    const writes = results === binaryen.i32 && among(WRITES);
    const stops = among(STOPS);
    const shorter = SHORTER.find(([pattern]) => pattern.test(path));
    if (writes) become(name, module.i32.const(0));
    if (stops) become(name, module.unreachable());
    if (shorter) {
      const other = all.find((it) => shorter[1].test(it.path) && it.params === params && it.results === results);
      if (!other) throw new Error(`${of}: no function is named ${shorter[1]} and takes what ${name} does`);
      const passed = binaryen.expandType(params).map((type, n) => module.local.get(n, type));
      become(name, module.call(other.name, passed, results));
    }
    for (const pattern of [writes, stops, shorter?.[0]]) missing.delete(pattern);
    if (writes) silenced.add(path);
  }
  if (missing.size > 0) throw new Error(`${of}: no function is named ${[...missing].join(", ")} any more`);
  // Among what is left, somebody may read words that are not written.
  module.runPasses(["remove-unused-module-elements"]);
  for (const [, called] of module.emitText().matchAll(/\(call \$("[^"]+"|[^\s)]+)/g)) {
    const path = pathOf(unescaped(called));
    if (silenced.has(path) || path.startsWith("alloc::fmt::format")) throw new Error(`${of}: something calls ${path}`);
  }
}

export function functions(module) {
  const count = module.getNumFunctions();
  return Array.from({ length: count }, (_, n) => binaryen.getFunctionInfo(module.getFunctionByIndex(n)));
}

/** The name without the hashes of whichever compiler built it. */
function pathOf(name) {
  return name.replaceAll(/\[[0-9a-f]{16}\]|::h[0-9a-f]{16}\b/g, "");
}

function unescaped(name) {
  return name.replaceAll('"', "").replaceAll(/\\([0-9a-f]{2})/g, (_, code) => String.fromCharCode(parseInt(code, 16)));
}
