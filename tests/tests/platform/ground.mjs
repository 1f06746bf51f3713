// What does the worker stand on, before it is there?
//
// This is loaded first, so what the worker takes from the global scope goes through here. Not here: the platform's objects, which the
// worker is handed (`platform.mjs`).

/** The plans of the requests under way, by the id of the trace that each is given. */
export const plans = new Map();

/** The one request that everything belongs to that can be told from no other's; for tests in which there is no other. */
export const alone = { plan: undefined };

/** What the worker's WebAssembly exports: the latest instance, if it was begun anew. */
let wasm;

/**
 * Comes to a place at which things can fail.
 *
 * @returns what is to happen there, if it is what the plan is about.
 */
export function comesTo(plan, place, name) {
  if (plan?.place !== place) return undefined;
  const n = plan.points.push(name) - 1;
  if (n !== plan.n) return undefined;
  plan.met = name;
  return plan.kind;
}

/** Nothing, for longer than anybody waits. A promise that nothing can settle would be found out by workerd. */
export const never = () => new Promise((done) => setTimeout(done, 60_000));

/** By how many milliseconds the machine's clock is wrong. */
export const clock = { ahead: 0 };

const right = Date.now;
Date.now = () => right() + clock.ahead;
globalThis.Date = new Proxy(Date, {
  construct: (target, parts) => (parts.length === 0 ? new target(Date.now()) : new target(...parts)),
});

const { Instance } = WebAssembly;
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, parts) {
    const instance = Reflect.construct(target, parts);
    wasm = instance.exports;
    return instance;
  },
});

/** What somebody outside is asked to do: the last word of the path, if it is one. */
function outside(request) {
  const last = new URL(request.url ?? request).pathname.split("/").at(-1);
  return ["resend", "verify", "voice"].includes(last) ? last : "send";
}

const ask = globalThis.fetch;
globalThis.fetch = async (request, init) => {
  const trace = new Headers(init?.headers ?? request.headers).get("traceparent")?.split("-")[1];
  const plan = plans.get(trace);
  switch (comesTo(plan, "outside", outside(request))) {
    case "throws":
      throw new Error("Network connection lost.");
    case "refused":
      throw Object.assign(new Error("Too many subrequests."), { retryable: false });
    case "hangs":
      await never();
      throw new Error("Network connection lost.");
    case "lost":
      await ask(request, init);
      throw new Error("Network connection lost.");
    default:
      return ask(request, init);
  }
};

const draw = crypto.getRandomValues.bind(crypto);
crypto.getRandomValues = (bytes) => {
  if (comesTo(alone.plan, "random", `${bytes.length} bytes`)) throw new Error("no randomness");
  return draw(bytes);
};

const later = globalThis.queueMicrotask;
globalThis.queueMicrotask = (work) =>
  later(() => {
    switch (comesTo(alone.plan, "poll", "poll")) {
      case "stack":
        return withLittleStack(work, alone.plan.room);
      case "memory":
        fillMemory();
        return work();
      default:
        return work();
    }
  });

/** Does some work where only so many calls of this function are left before the stack is full. */
function withLittleStack(work, room) {
  let deepest = 0;
  const measure = (depth) => {
    deepest = depth;
    measure(depth + 1);
  };
  try {
    measure(1);
  } catch {
    // It is full.
  }
  const descend = (left) => (left > 0 ? descend(left - 1) : work());
  return descend(Math.max(0, deepest - room));
}

/** Takes all memory that the worker's WebAssembly can have, down to the last crumbs. */
function fillMemory() {
  for (let pages = 1 << 15; pages >= 1; pages >>= 1) {
    try {
      for (;;) wasm.memory.grow(pages);
    } catch {
      // So much is not left.
    }
  }
  for (let bytes = 1 << 28; bytes >= 8; bytes >>= 1) {
    try {
      for (;;) if (wasm.__wbindgen_malloc(bytes, 1) === 0) break;
    } catch {
      // So much is not left.
    }
  }
}
