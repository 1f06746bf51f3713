// Did the person see what they pressed?
//
// In a frame, the page around can cover the form, or make it invisible above something of its own (clickjacking). Chromium knows that
// it did; a press is nobody's wish then. Keys are: they go where the focus is seen. Elsewhere every press counts.
// Not here: who may put a page into a frame. That is for the page to say (`frame-ancestors`).

/** Keeps presses from the form while it is not seen as it is. */
export function heedsTheCovered(form) {
  if (self === top) return;
  let covered;
  const sees = ([{ isVisible }]) => (covered = isVisible === false);
  new IntersectionObserver(sees, { __proto__: null, trackVisibility: true, delay: 100 }).observe(form);
  const press = (event) => covered && event.pointerType && event.preventDefault(event.stopPropagation());
  form.addEventListener("click", press, true);
}
