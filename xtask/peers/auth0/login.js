// Auth0's Lock, passwordless: its container is on the page, and its tenant's settings come from the bench itself (`client/bench.js`).
import { Auth0LockPasswordless } from "auth0-lock";

new Auth0LockPasswordless("bench", "bench.eu.auth0.com", {
  container: "login",
  allowedConnections: ["sms"],
  passwordlessMethod: "code",
  configurationBaseUrl: new URL(".", import.meta.url).href,
  // Without a look whether the person is signed in elsewhere already: it would wait five seconds for a network that is not there.
  auth: { redirectUrl: location.href, responseType: "token id_token", sso: false },
}).show();
