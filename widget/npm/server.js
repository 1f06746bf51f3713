// What a server imports that draws pages in Node: nothing. The element is defined in the browser.
export {};
