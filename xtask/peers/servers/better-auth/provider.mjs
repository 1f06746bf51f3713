// How does Better Auth have a code sent and checked by Infobip?
//
// By the two functions that its phoneNumber plugin calls. Infobip makes the code, so the one that Better Auth made stays unused.
// Not here: where the ids of the sent codes are kept (`server.mjs`, `worker.mjs`).

const DEADLINE = 5_000;

/** `pins` keeps the newest id for each number: `keep(phone, id)`, `find(phone)`. */
export function provider(env, pins) {
  return {
    async sendOTP({ phoneNumber }) {
      const { INFOBIP_APPLICATION_ID: applicationId, INFOBIP_MESSAGE_ID: messages } = env;
      const ask = { applicationId, messageId: messages.split(",")[0], to: phoneNumber.slice(1) };
      const sent = await post(env, "/2fa/2/pin", ask);
      if (typeof sent?.pinId !== "string" || sent.smsStatus === "MESSAGE_NOT_SENT") throw new Error("not sent");
      pins.keep(phoneNumber, sent.pinId);
    },
    async verifyOTP({ phoneNumber, code }) {
      const pin = pins.find(phoneNumber);
      if (!pin) return false;
      const checked = await post(env, `/2fa/2/pin/${encodeURIComponent(pin)}/verify`, { pin: code });
      return checked?.verified === true;
    },
  };
}

async function post(env, path, body) {
  const answer = await fetch(env.INFOBIP_BASE_URL + path, {
    method: "POST",
    headers: {
      authorization: `App ${env.INFOBIP_API_KEY}`,
      "content-type": "application/json",
      accept: "application/json",
    },
    body: JSON.stringify(body),
    redirect: "manual",
    signal: AbortSignal.timeout(DEADLINE),
  });
  return answer.ok ? await answer.json() : undefined;
}
