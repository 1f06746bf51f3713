// Where did a classic script come from? The browser says so while it runs, and never again. A module knows by itself.
//
// By the document's own getter: markup can put itself over `document.currentScript`.
const { get } = Object.getOwnPropertyDescriptor(Document.prototype, "currentScript");
export const SCRIPT_ADDRESS = get.call(document).src;
