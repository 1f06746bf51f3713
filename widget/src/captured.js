// What does the element take from the page that it is a guest in? Its functions as they were when the script ran.
//
// Neither what the page puts into their place later is used, nor what markup puts over them: in a document, `<img
// name="createElement">` is `document.createElement`. The script's mentions of these names become mentions of these constants.
// Not here: what a page can do that is hostile before the script runs. It can do all that the element can.
export const {
  AbortController,
  CustomEvent,
  FormData,
  Headers,
  Reflect,
  Request,
  URL,
  URLSearchParams,
  clearTimeout,
  queueMicrotask,
  setTimeout,
} = globalThis;

const { fetch: ask } = globalThis;
let early;

/** What was asked early is not asked again. */
export const fetch = (url, init) => {
  if (`${url}` !== early?.url) return ask(url, init);
  const { answer } = early;
  early = undefined;
  return answer;
};

/** Asks for what the Wasm will ask for as soon as it is there: on a slow network that is half a second later. */
export function askEarly(url, init) {
  const answer = (async () => ask(url, init))();
  answer.catch(() => {});
  early = { url, answer };
}

const { parse, stringify } = JSON;
export { parse as "JSON.parse", stringify as "JSON.stringify" };

export const { createElement } = Document.prototype;
export const { addEventListener, removeEventListener } = EventTarget.prototype;
export const isHidden = getter("hidden");

function getter(name) {
  return Object.getOwnPropertyDescriptor(Document.prototype, name).get;
}
