// Firebase's phone sign-in as its documentation has it: the page's own form, a verifier, and the client. It has no field of its own; the
// page's is enabled as soon as there is something to send it with.
import { initializeApp } from "firebase/app";
import { getAuth, RecaptchaVerifier, signInWithPhoneNumber } from "firebase/auth";

const auth = getAuth(initializeApp({ apiKey: "bench", authDomain: "bench.firebaseapp.com", projectId: "bench", appId: "bench" }));
const verifier = new RecaptchaVerifier(auth, "send", { size: "invisible" });
const form = document.getElementById("login");
let confirmation;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const typed = form.elements.phone.value;
  if (confirmation) await confirmation.confirm(typed);
  else confirmation = await signInWithPhoneNumber(auth, typed, verifier);
});
for (const control of form.elements) control.disabled = false;
