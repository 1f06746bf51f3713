// What does the worker see of a platform that fails?
//
// The worker that was built is in the middle, untouched; this is what stands around it. Each request says in the header `x-fault` what
// is to fail in it and at which point: `{"place": "object", "n": 2, "kind": "lost"}` is its third call of an object. The answer says
// which points it came to. The header `x-clock` sets the clock from then on, by so many milliseconds ahead. Not here: what is global (`ground.mjs`); which faults there are and what must hold (`main.rs`).

import { alone, clock, comesTo, never, plans } from "./ground.mjs";
import * as worker from "./index.js";
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";

const KINDS = ["PHONES", "USERS", "BUDGETS", "SITE"];

export default class Platform extends WorkerEntrypoint {
  async fetch(request) {
    const fault = request.headers.get("x-fault");
    const headers = new Headers(request.headers);
    headers.delete("x-fault");
    clock.ahead = Number(headers.get("x-clock") ?? clock.ahead);
    headers.delete("x-clock");
    if (!fault) return this.worker(undefined, new Request(request, { headers }));
    const plan = { ...JSON.parse(fault), points: [] };
    const trace = crypto.randomUUID().replaceAll("-", "");
    headers.set("traceparent", `00-${trace}-00f067aa0ba902b7-00`);
    plans.set(trace, plan);
    if (plan.alone) alone.plan = plan;
    let answer;
    try {
      answer = await this.worker(plan, new Request(request, { headers }));
    } catch (error) {
      // What the platform answers by itself when the worker throws.
      answer = new Response(String(error), { status: 500, headers: { "x-broke": "1" } });
    } finally {
      plans.delete(trace);
      alone.plan = undefined;
    }
    const told = new Response(answer.body, answer);
    told.headers.set("x-points", plan.points.join(","));
    if (plan.met !== undefined) told.headers.set("x-met", plan.met);
    return told;
  }

  worker(plan, request) {
    const env = { ...this.env };
    for (const kind of KINDS) env[kind] = objects(kind, env[kind], plan);
    return new worker.default(this.ctx, env).fetch(request);
  }
}

/** The objects of one kind, as one request finds them. */
function objects(kind, namespace, plan) {
  return new Proxy(namespace, {
    get(target, name) {
      if (name === "getByName") {
        return (id) => ({ fetch: (...asked) => call(kind, target.getByName(id), plan, new Request(...asked)) });
      }
      const value = Reflect.get(target, name);
      return typeof value === "function" && name !== "constructor" ? value.bind(target) : value;
    },
  });
}

/** The plan that a call of an object belongs to, while it is there. */
const calls = new Map();

async function call(kind, stub, plan, request) {
  const step = new URL(request.url).pathname.slice(1);
  const ask = async () => {
    const headers = new Headers(request.headers);
    const id = crypto.randomUUID();
    headers.set("x-call", id);
    calls.set(id, { plan, at: `${kind} ${step}` });
    try {
      return await stub.fetch(new Request(request, { headers }));
    } finally {
      calls.delete(id);
    }
  };
  const fails = (marks) => Object.assign(new Error("Internal error in Durable Object storage caused object to be reset."), marks);
  const says = async (status, change) => new Response(change(await (await ask()).text()), { status });
  // The switches are asked for once in a while only: as one more point, they would move all others.
  switch (comesTo(plan, kind === "SITE" ? "switches" : "object", `${kind} ${step}`)) {
    case "unreached":
      throw fails({});
    case "overloaded":
      throw fails({ overloaded: true });
    case "retryable":
      throw fails({ retryable: true });
    case "lost":
      await ask();
      throw fails({ retryable: true });
    case "hangs":
      await never();
      throw fails({});
    case "hangs after":
      await ask();
      await never();
      throw fails({});
    case "500":
      return new Response("Internal Server Error", { status: 500 });
    case "500 after":
      return says(500, () => "Internal Server Error");
    case "empty":
      return says(200, () => "");
    case "garbage":
      return says(200, () => "<!doctype html>");
    case "half":
      return says(200, (text) => text.slice(0, text.length / 2));
    case "null":
      return says(200, () => "null");
    case "nothing":
      return says(200, () => "{}");
    default:
      return ask();
  }
}

/** An object whose storage fails in calls that are to fail there. One call after the other, so that it is known which. */
function failing(kind, Class) {
  return class extends DurableObject {
    #turn = Promise.resolve();
    #call;
    #inner;

    constructor(state, env) {
      super(state, env);
      this.#inner = new Class(storageOf(state, () => this.#call), env);
    }

    fetch(request) {
      const answer = this.#turn.then(async () => {
        this.#call = calls.get(request.headers.get("x-call"));
        try {
          return await this.#inner.fetch(request);
        } finally {
          this.#call = undefined;
        }
      });
      // A call that broke the worker never ends. The next one need not wait for it for long.
      this.#turn = Promise.race([answer.catch(() => {}), new Promise((done) => setTimeout(done, 300))]);
      return answer;
    }

    alarm() {
      return this.#inner.alarm();
    }
  };
}

/** The state of an object, whose storage asks at each turn whether it is to fail. */
function storageOf(state, call) {
  const { storage } = state;
  const fault = (place, what) =>
    call()?.at.startsWith("SITE") ? undefined : comesTo(call()?.plan, place, `${call()?.at} ${what}`);
  const fails = () => new Error("Durable Object storage operation failed: disk I/O error");
  const exec = (query, ...values) => {
    const verb = query.split(" ", 1)[0];
    const failure = fault("statement", verb);
    if (failure === "throws") throw fails();
    const cursor = storage.sql.exec(query, ...values);
    if (failure === "throws after") throw fails();
    switch (verb === "SELECT" && fault("row", verb)) {
      case "cut off":
        return { toArray: () => [{ json: '{"texts":' }] };
      case "a number":
        return { toArray: () => [{ json: 7 }] };
      case "unreadable":
        return { toArray: () => { throw fails(); } };
      default:
        return cursor;
    }
  };
  const promised = (name, ...values) => {
    switch (fault("storage", name)) {
      case "throws":
        throw fails();
      case "rejects":
        return Promise.reject(fails());
      case "rejects after":
        return storage[name](...values).then(() => {
          throw fails();
        });
      default:
        return storage[name](...values);
    }
  };
  return {
    id: state.id,
    waitUntil: (work) => state.waitUntil(work),
    storage: {
      sql: { exec },
      setAlarm: (at, options) => promised("setAlarm", at, options),
      deleteAll: (options) => promised("deleteAll", options),
      getAlarm: (options) => storage.getAlarm(options),
    },
  };
}

export const PhoneObject = failing("PHONES", worker.PhoneObject);
export const UserObject = failing("USERS", worker.UserObject);
export const BudgetObject = failing("BUDGETS", worker.BudgetObject);
export const SiteObject = failing("SITE", worker.SiteObject);
