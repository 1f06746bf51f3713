// The class that the browser knows as <sms-login>: it loads the Wasm, hands on what happens to the element, and is what the page
// and its forms see of it. The style is a constructed sheet, which every content security policy lets through.
// Not here: what it says (`languages.js`), the country of a number (`countries.js`), covered buttons (`covered.js`),
// passkeys (`passkeys.js`), and everything else. All else is Rust.
import init, { SmsLogin } from "../pkg/widget.js";
import { askEarly } from "./captured.js";
import { countries } from "./countries.js";
import { heedsTheCovered } from "./covered.js";
import { languageOf, sentences } from "./languages.js";
import { ability, ceremonies } from "./passkeys.js";

// The one place that is asked for. Who bundles the script finds the Wasm by it, and everything else lies beside that.
const wasm = new URL("sms-login.wasm", import.meta.url);
const loaded = fetch(wasm, { __proto__: null, integrity: INTEGRITY_OF_WASM })
  .then((response) => response.arrayBuffer())
  .then(init);
const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);
let asked;

/** As the Wasm asks for them. */
const SETTINGS = { __proto__: null, credentials: "include", cache: "no-store", redirect: "error" };

class SmsLoginElement extends HTMLElement {
  static formAssociated = true;
  static observedAttributes = ["endpoint", "lang", "name", "no-sign-out", "calls", "ticket", "max-age", "field", "required", "email", "no-passkeys"];
  #internals = this.attachInternals();
  #core;
  #countries;
  #ceremony;
  #state = "loading";
  #subject;
  #texts = {};
  #said;
  #wanted;

  async connectedCallback() {
    // What the page set before the script was here.
    for (const name of [...Object.keys(REFLECTED), "texts"]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    if (!this.#core) this.#shows("loading");
    const root = this.shadowRoot ?? this.attachShadow({ __proto__: null, mode: "open" });
    root.adoptedStyleSheets = [sheet];
    // Elsewhere than where the script came from, the Wasm looks first whether it may ask.
    if (!asked && !this.endpoint) askEarly(`${this.#origin}/v1/config`, SETTINGS);
    asked = true;
    try {
      const [{ said, texts }, able] = await Promise.all([this.#sentences(), ability, loaded]);
      if (this.isConnected) {
        const sees = {
          able,
          ceremony: (this.#ceremony ??= ceremonies(this, (...ended) => this.#core?.held(...ended))),
          at: (...at) => (this.#countries ??= this.#choice()).at(this.#origin, this.#said, ...at),
          dialled: (digits) => this.#countries?.dialled(digits),
          shows: (...shown) => this.#shows(...shown),
          tell: (...news) => this.#tell(...news),
        };
        this.#said = texts;
        if (this.#core) return;
        this.#core = new SmsLogin(this, wasm.href, sees, said);
        heedsTheCovered(root.querySelector("form"));
      }
    } catch (error) {
      console.error("sms-login:", error);
      const [message, slot] = ["p", "slot"].map((tag) => createElement.call(document, tag));
      message.role = "alert";
      message.part = "message error";
      message.textContent = "Sign-in could not be loaded. Reload the page, or try another browser.";
      root.replaceChildren(message, slot);
      this.#shows("loading", false, true);
      this.#tell("problem", { code: "not_loaded" });
    }
  }

  get #origin() {
    return new URL(this.endpoint || wasm).origin;
  }

  // A microtask later, so that an element that is only moved keeps its state.
  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#core?.free();
      this.#ceremony?.("");
      this.#core = this.#countries = undefined;
      this.#shows("loading");
    });
  }

  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    this.#takePart();
    if (name === "lang") this.#speak();
    else this.#core?.attributeChanged(name);
  }

  formResetCallback() {
    this.reset();
  }

  get state() {
    return this.#state;
  }

  get session() {
    return copy(this.#core?.session());
  }

  get texts() {
    return this.#texts;
  }

  set texts(texts) {
    this.#texts = texts ?? {};
    this.#speak();
  }

  signOut() {
    this.#core?.signOut();
  }

  prove(token) {
    this.#core?.prove(token ? `${token}` : undefined);
  }

  reset() {
    this.#core?.reset();
  }

  // What is learnt of a country may arrive when the element is gone.
  #choice() {
    const core = this.#core;
    return countries(this.shadowRoot, (lines) => this.#core === core && core.country(lines));
  }

  #sentences() {
    return sentences(languageOf(this), wasm, this.#texts);
  }

  async #speak() {
    if (!this.#core) return;
    // Of two wishes on their way the later one counts.
    const wanted = (this.#wanted = this.#sentences());
    const { said, texts } = await wanted;
    if (this.#wanted !== wanted) return;
    this.#said = texts;
    this.#core?.speak(said);
  }

  // The screen, whether somebody waits, whether something is wrong, and who is signed in.
  #shows(state, busy, problem, subject) {
    const { states } = this.#internals;
    const before = this.#state;
    this.#state = state;
    this.#subject = subject;
    this.#takePart();
    try {
      states.delete(before);
      states.add(state);
      states[busy ? "add" : "delete"]("busy");
      states[problem ? "add" : "delete"]("problem");
    } catch {
      // Browsers of before 2024 know no such states.
    }
  }

  // In a form, it holds who is signed in. Nothing of it is kept for when the page is restored.
  #takePart() {
    const { field, required } = this;
    const data = new FormData();
    if (field && this.#subject) data.set(field, this.#subject);
    this.#internals.setFormValue(data, null);
    const valueMissing = required && !this.#subject;
    const find = (css) => this.shadowRoot?.querySelector(css) ?? undefined;
    this.#internals.setValidity(
      { __proto__: null, valueMissing },
      find("h2")?.textContent || "…",
      find("form > div:not([hidden]) input, form > button:not([hidden])"),
    );
  }

  // Whether the page prevents what would happen by default.
  #tell(kind, detail, cancelable) {
    const init = { __proto__: null, bubbles: true, composed: true, cancelable, detail: copy(detail) };
    return !this.dispatchEvent(new CustomEvent(`sms-login:${kind}`, init));
  }
}

// What the Wasm hands over inherits nothing; the page gets an object as it knows them.
function copy(told) {
  return told ? { ...told } : null;
}

// Properties that are attributes.
const REFLECTED = {
  __proto__: null,
  endpoint: "endpoint",
  name: "name",
  theme: "theme",
  ticket: "ticket",
  maxAge: "max-age",
  field: "field",
  noSignOut: "no-sign-out",
  calls: "calls",
  email: "email",
  noPasskeys: "no-passkeys",
  required: "required",
};

for (const [property, attribute] of Object.entries(REFLECTED)) {
  const isFlag = ["noSignOut", "calls", "email", "noPasskeys", "required"].includes(property);
  Object.defineProperty(SmsLoginElement.prototype, property, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      return isFlag ? this.hasAttribute(attribute) : (this.getAttribute(attribute) ?? "");
    },
    set(value) {
      if (isFlag) this.toggleAttribute(attribute, value);
      else if (value == null) this.removeAttribute(attribute);
      else this.setAttribute(attribute, value);
    },
  });
}

customElements.get("sms-login") ?? customElements.define("sms-login", SmsLoginElement);
