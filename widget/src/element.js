// The class that the browser knows as <sms-login>: it loads the Wasm and hands on what happens to the element.
// Not here: everything else. All else is Rust.
import init, { SmsLogin } from "../pkg/widget.js";

const here = import.meta.url;
const loaded = init({ module_or_path: new URL("sms-login.wasm", here) });

class SmsLoginElement extends HTMLElement {
  static observedAttributes = ["endpoint", "name", "no-sign-out"];
  #core;

  async connectedCallback() {
    try {
      await loaded;
      if (this.isConnected) this.#core ??= new SmsLogin(this, here);
    } catch (error) {
      console.error("sms-login:", error);
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      const message = document.createElement("p");
      message.role = "alert";
      message.part = "message error";
      message.textContent = "Sign-in could not be loaded. Reload the page, or try another browser.";
      root.replaceChildren(message, document.createElement("slot"));
      const detail = { code: "not_loaded" };
      this.dispatchEvent(new CustomEvent("sms-login:problem", { bubbles: true, composed: true, detail }));
    }
  }

  // A microtask later, so that an element that is only moved keeps its state.
  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#core?.free();
      this.#core = undefined;
    });
  }

  attributeChangedCallback(name, before, after) {
    if (before !== after) this.#core?.attributeChanged(name);
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
}

customElements.get("sms-login") ?? customElements.define("sms-login", SmsLoginElement);
