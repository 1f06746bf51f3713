// What does the user see?
//
// Not here: what the forms do (server.mjs), and the style (static/style.css).

/** Scripts and answers come from here and from the worker; the element's Wasm needs the second word. */
export function policy(worker) {
  return [
    "default-src 'none'",
    `script-src 'self' ${worker} 'wasm-unsafe-eval'`,
    `connect-src ${worker}`,
    "style-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");
}

export function login(complaint) {
  return page(
    "Sign in",
    `<form method="post" action="/login">
      <label>Name <input name="name" autocomplete="username" required autofocus></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
      <button>Next</button>
    </form>`,
    complaint,
  );
}

/** Without scripts there is no proof; the form is sent by page.js as soon as there is one. */
export function proof(worker, { act, amount, ticket }, complaint) {
  return page(
    act === "pay out" ? `Pay out ${amount} €` : "One more step",
    `<form method="post" action="/proof">
      <sms-login endpoint="${text(worker)}" ticket="${text(ticket)}" field="proof" required autofocus></sms-login>
    </form>
    <form method="post" action="/proof/another"><button class="quiet">Start this step over</button></form>
    ${act === "pay out" ? `<a href="/">Back to the account</a>` : `<form method="post" action="/sign-out"><button class="quiet">Cancel</button></form>`}
    <script type="module" src="${text(worker)}/sms-login.js"></script>
    <script type="module" src="/page.js"></script>`,
    complaint,
  );
}

export function account({ name, balance }, complaint) {
  return page(
    `Hello, ${name}`,
    `<p>You have <strong>${balance} €</strong>.</p>
    <form method="post" action="/pay-out">
      <label>Amount in € <input name="amount" inputmode="numeric" pattern="[0-9]+" required></label>
      <button>Pay out</button>
    </form>
    <form method="post" action="/sign-out"><button class="quiet">Sign out</button></form>`,
    complaint,
  );
}

export function trouble(complaint) {
  return page("Sorry", `<p><a href="/">Back</a></p>`, complaint);
}

function page(title, body, complaint) {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${complaint ? "Error: " : ""}${text(title)} · Bank</title>
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    <main>
      <h1>${text(title)}</h1>
      ${complaint ? `<p role="alert">${text(complaint)}</p>` : ""}
      ${body}
    </main>
  </body>
</html>`;
}

function text(value) {
  const escaped = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return String(value).replaceAll(/[&<>"']/g, (letter) => escaped[letter]);
}
