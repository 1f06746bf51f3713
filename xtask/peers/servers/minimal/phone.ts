// What has a number used up, and what does the provider say?
//
// One Durable Object for each number, with SQLite behind it and one record in it. Whatever is counted is counted before the
// provider is asked, so ten at once are ten. Not here: whose browser asks (`worker.ts`).
import { DurableObject } from "cloudflare:workers";

/** How long a code is good for, in seconds. */
export const LIFE = 300;
/** How many codes may be tried. */
export const GUESSES = 5;
/** How many texts a number is sent in an hour. */
const SENDS = 5;
const HOUR = 3_600_000;
const DEADLINE = 5_000;

interface Env {
  INFOBIP_BASE_URL: string;
  INFOBIP_API_KEY: string;
  INFOBIP_APPLICATION_ID: string;
  INFOBIP_MESSAGE_ID: string;
}

interface Account {
  subject?: string;
  /** When texts were sent within the last hour. */
  sends: number[];
  challenge?: { id: string; pin?: string; guesses: number; until: number };
}

export class Phone extends DurableObject<Env> {
  /** The new challenge, if a text is on its way. */
  async send(phone: string): Promise<string | undefined> {
    const now = Date.now();
    const account = this.#account();
    const sends = account.sends.filter((at) => at > now - HOUR);
    if (sends.length >= SENDS) return undefined;
    const id = crypto.randomUUID();
    this.#keep({ ...account, sends: [...sends, now], challenge: { id, guesses: GUESSES, until: now + LIFE * 1000 } });

    const { INFOBIP_APPLICATION_ID: applicationId, INFOBIP_MESSAGE_ID: messages } = this.env;
    const messageId = messages.split(",")[0];
    const sent = await this.#ask("/2fa/2/pin", { applicationId, messageId, to: phone.slice(1) });
    if (typeof sent?.pinId !== "string" || sent.smsStatus === "MESSAGE_NOT_SENT") return undefined;

    // Another text may have been asked for meanwhile, and its challenge counts.
    const { challenge, ...rest } = this.#account();
    if (challenge?.id !== id) return undefined;
    this.#keep({ ...rest, challenge: { ...challenge, pin: sent.pinId } });
    return id;
  }

  /** Whose number it is, if this is the code. */
  async verify(id: string, code: string): Promise<string | undefined> {
    const account = this.#account();
    const { challenge } = account;
    if (challenge?.id !== id || !challenge.pin || challenge.guesses < 1 || challenge.until < Date.now()) return undefined;
    this.#keep({ ...account, challenge: { ...challenge, guesses: challenge.guesses - 1 } });

    const checked = await this.#ask(`/2fa/2/pin/${encodeURIComponent(challenge.pin)}/verify`, { pin: code });
    if (checked?.verified !== true) return undefined;

    // The same code may have signed somebody in meanwhile, and does it once.
    const now = this.#account();
    if (now.challenge?.id !== id) return undefined;
    const subject = now.subject ?? crypto.randomUUID();
    this.#keep({ subject, sends: [] });
    return subject;
  }

  async #ask(path: string, body: unknown): Promise<Record<string, unknown> | undefined> {
    try {
      const answer = await fetch(this.env.INFOBIP_BASE_URL + path, {
        method: "POST",
        headers: {
          authorization: `App ${this.env.INFOBIP_API_KEY}`,
          "content-type": "application/json",
          accept: "application/json",
        },
        body: JSON.stringify(body),
        redirect: "manual",
        signal: AbortSignal.timeout(DEADLINE),
      });
      return answer.ok ? await answer.json() : undefined;
    } catch {
      return undefined;
    }
  }

  #account(): Account {
    return this.ctx.storage.kv.get<Account>("account") ?? { sends: [] };
  }

  #keep(account: Account) {
    this.ctx.storage.kv.put("account", account);
  }
}
