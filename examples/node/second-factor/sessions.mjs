// Who is at the other end? A cookie holds a session's id; all else is kept here.
//
// In memory: all of them end with the program. Not here: what a session may do (server.mjs).
import { randomBytes } from "node:crypto";

const NAME = "__Host-bank";
const COOKIE = new RegExp(`(?:^|; )${NAME}=([^;]*)`);
const LIFE_S = 30 * 60;

const sessions = new Map();

/** What is kept of this browser, if it holds a session. */
export function current(request) {
  const session = sessions.get(id(request));
  return session && now() < session.until ? session : undefined;
}

/** Begins one under an id that nobody knew before, not even whoever put a cookie into this browser. */
export function begin(request, answer, content) {
  end(request);
  for (const [id, { until }] of sessions) if (until <= now()) sessions.delete(id);
  const id = randomBytes(32).toString("base64url");
  sessions.set(id, { ...content, until: now() + LIFE_S });
  answer.set("set-cookie", `${NAME}=${id}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${LIFE_S}`);
}

/** Nobody gets in with its cookie any more. */
export function end(request) {
  sessions.delete(id(request));
}

function id(request) {
  const [, id] = COOKIE.exec(request.headers.cookie ?? "") ?? [];
  return id;
}

function now() {
  return Date.now() / 1000;
}
