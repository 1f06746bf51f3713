// How does the browser use a passkey, and how does it make one?
//
// The worker's options go to the browser as they came, and what the browser says of it goes back as it is (Web Authentication, level 3).
// Browsers that do not read them themselves are not asked. Script, for the same reason as the list of countries is.
// Not here: when (`flow/passkeys.rs`).

// As they were when the script ran.
const { credentials } = navigator;
const { create, get } = credentials ?? {};
const {
  isConditionalMediationAvailable,
  parseCreationOptionsFromJSON,
  parseRequestOptionsFromJSON,
  prototype,
} = globalThis.PublicKeyCredential ?? {};
const { toJSON } = prototype ?? {};

/** 0: there are none here; 1: they can be used and made; 2: and the browser offers them beside a field. */
export const ability = (async () => {
  try {
    const allowed = document.featurePolicy?.allowsFeature("publickey-credentials-get") ?? true;
    // In a frame within another site's page it throws, and no passkey is that page's business.
    if (!create || !parseCreationOptionsFromJSON || !parseRequestOptionsFromJSON || !allowed || !top.document) return 0;
    return (await isConditionalMediationAvailable?.()) ? 2 : 1;
  } catch {
    return 0;
  }
})();

/** Returns what Rust calls to have one ceremony held, and no other. `tell` hears how it ended. */
export function ceremonies(element, tell) {
  let now = "";
  let stop;
  let before;

  return (which, options) => {
    if (now === which + options) return;
    now = which + options;
    stop?.abort();
    if (!which) return;
    stop = new AbortController();
    const { signal } = stop;
    const last = before;
    before = (async () => {
      const ended = [];
      try {
        // A browser holds one at a time, and takes a moment to leave it.
        await last;
        ended.push(await hold(which, options, signal, element.name));
      } catch ({ name }) {
        ended.push(undefined, which === "await" ? "AbortError" : name);
      }
      if (signal.aborted) return;
      now = "";
      tell(...ended);
    })();
  };
}

async function hold(which, text, signal, site) {
  const makes = which === "make";
  const { publicKey } = JSON.parse(text);
  // What people see where they choose among passkeys. Their number is not here any more.
  if (makes && site) publicKey.user.name = publicKey.user.displayName = site;
  const read = makes ? parseCreationOptionsFromJSON : parseRequestOptionsFromJSON;
  const options = { __proto__: null, signal, publicKey: bare(read(bare(publicKey))) };
  if (which === "await") options.mediation = "conditional";
  const credential = await (makes ? create : get).call(credentials, options);
  return JSON.stringify(toJSON.call(credential));
}

/** What is handed to the browser inherits nothing. */
function bare(value) {
  if (Array.isArray(value)) value.forEach(bare);
  else if (value && Object.getPrototypeOf(value) === Object.prototype) {
    Object.values(Object.setPrototypeOf(value, null)).forEach(bare);
  }
  return value;
}
