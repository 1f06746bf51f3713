// What does the element take from the page that it is a guest in? Its functions as they were when the script ran.
//
// Neither what the page puts into their place later is used, nor what markup puts over them: in a document, `<img
// name="createElement">` is `document.createElement`. The script's mentions of these names become mentions of these constants.
// Not here: what a page can do that is hostile before the script runs. It can do all that the element can.
export const {
  fetch,
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

const { parse, stringify } = JSON;
export { parse as "JSON.parse", stringify as "JSON.stringify" };

export const { createElement } = Document.prototype;
export const { addEventListener, removeEventListener } = EventTarget.prototype;
export const isHidden = getter("hidden");

function getter(name) {
  return Object.getOwnPropertyDescriptor(Document.prototype, name).get;
}
