// What does TypeScript know of <sms-login>?
//
// A test compares this with what the element has. Not here: what each thing is good for (README.md).

/** A session, as the worker tells it. Times are seconds since 1970. */
export interface SmsLoginSession {
  /** The account's id: random, stable, never derived from the number. */
  readonly subject: string;
  /** Whether this login created the account. */
  readonly new_account: boolean;
  /** When the person proved who they are. */
  readonly authenticated_at: number;
  /** How sure that is: `aal1/sms`, `aal1/voice`, `aal0/email` or `aal2/passkey`. */
  readonly auth_level: string;
  /** When somebody first signed in to the account. */
  readonly first_seen: number;
  /** When somebody last signed in to it, in whichever browser. */
  readonly last_login: number;
  /** How many passkeys the account has, where the site has any. */
  readonly passkeys?: number;
  /** When the signed token must be renewed. The element does it. */
  readonly renew_by: number;
  /** When the session ends however often it is renewed. */
  readonly ends_at: number;
}

/** What is wrong. */
export interface SmsLoginProblem {
  /** A problem's code, or `no_answer`, or `not_loaded`. */
  readonly code: string;
  /** Seconds to wait. */
  readonly retryAfter?: number;
}

/** Somebody has proved a number: a token that the site's backend verifies. */
export interface SmsLoginProved {
  readonly assertion: string;
}

/** What Cloudflare Turnstile is to be asked. */
export interface SmsLoginProof {
  readonly siteKey: string;
  readonly action: string;
}

/** What is asked for, or nothing more: `signed-in`, or `proved`. */
export type SmsLoginState = "loading" | "phone" | "email" | "code" | "signed-in" | "proved";

/** `<sms-login>`. */
export interface SmsLoginElement extends HTMLElement {
  /** The worker's origin; empty: the one that the script came from. */
  endpoint: string;
  /** The site's name, for the headings. */
  name: string;
  /** `light` or `dark`; empty: the page's `color-scheme` decides. */
  theme: string;
  /** What the site's backend was given for somebody to prove a number; empty: it is a login. */
  ticket: string;
  /** How many seconds ago a login may be to count here; empty: however long. */
  maxAge: string;
  /** In a form: the name that the account's id is submitted under; with a ticket, the assertion. */
  field: string;
  /** Leaves out the button to sign out. */
  noSignOut: boolean;
  /** A call is offered from the start, where the worker makes calls. */
  calls: boolean;
  /** An address is asked for first, where the worker sends codes by e-mail. */
  email: boolean;
  /** Leaves passkeys out. */
  noPasskeys: boolean;
  /** In a form: it cannot be submitted before somebody is signed in. */
  required: boolean;
  /** What is asked for. */
  readonly state: SmsLoginState;
  /** Who is signed in, as of now. */
  readonly session: SmsLoginSession | null;
  /** The page's own words, by their names. A text that counts has the forms of `Intl.PluralRules`. */
  texts: Record<string, string | Partial<Record<Intl.LDMLPluralRule, string>>>;
  /** Ends the session. */
  signOut(): void;
  /** Starts over. */
  reset(): void;
  /** Hands over what Turnstile gave the page, or says that it gave nothing. */
  prove(token?: string): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "sms-login": SmsLoginElement;
  }

  // They bubble: elements, the document and the window hear them.
  interface GlobalEventHandlersEventMap {
    /** Somebody is signed in, or was already. */
    "sms-login:signed-in": CustomEvent<SmsLoginSession>;
    /** Somebody has proved the ticket's number. */
    "sms-login:proved": CustomEvent<SmsLoginProved>;
    /** Nobody is signed in any more. */
    "sms-login:signed-out": CustomEvent<null>;
    /** Whoever is signed in has a passkey from now on. */
    "sms-login:passkey-created": CustomEvent<null>;
    /** Cancelable: the person is about to have a code sent. */
    "sms-login:submit": CustomEvent<null>;
    /** A code is on its way. */
    "sms-login:code-sent": CustomEvent<null>;
    /** Cancelable: the page may ask Turnstile. */
    "sms-login:proof": CustomEvent<SmsLoginProof>;
    /** The worker said no, or nothing. */
    "sms-login:problem": CustomEvent<SmsLoginProblem>;
  }
}
