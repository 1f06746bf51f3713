// What is answered when the worker's WebAssembly breaks under a request, or never answers?
//
// `cargo xtask build` appends this to build/index.js, where WORKER is the worker's class and OBJECTS are those of its objects. What
// worker-build generates begins the WebAssembly anew after a trap, but not when the stack was full; it leaves objects behind whose half is
// gone; and whoever was being answered meanwhile would wait for ever. Not here: failures that the worker handles by itself.
{
  const state = globalThis.__worker_init_state;
  const isBroken = (error) =>
    error instanceof WebAssembly.RuntimeError ||
    error instanceof RangeError ||
    /^(Module terminated|Invalid stale object)/.test(error?.message);
  // Before the next call, and with it all objects.
  const beginAnew = () => {
    state.criticalError = true;
  };
  const sorry = () =>
    new Response(
      '{"type":"/problems/unavailable","title":"The service cannot answer right now","status":503,"code":"unavailable","retry_after":5}',
      {
        status: 503,
        headers: {
          "content-type": "application/problem+json",
          "cache-control": "no-store",
          "retry-after": "5",
          "x-content-type-options": "nosniff",
          "referrer-policy": "no-referrer",
          "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
          "x-frame-options": "DENY",
        },
      },
    );
  // Nothing but the WebAssembly throws where nobody catches.
  addEventListener("error", beginAnew);
  for (const { prototype } of OBJECTS) {
    const { fetch } = prototype;
    prototype.fetch = async function (request) {
      try {
        return await fetch.call(this, request);
      } catch (error) {
        if (isBroken(error)) beginAnew();
        throw error;
      }
    };
  }
  const { prototype } = WORKER;
  const { fetch } = prototype;
  prototype.fetch = async function (request) {
    const { instanceId } = state;
    const since = performance.now();
    let timer;
    const lost = new Promise((done) => {
      timer = setInterval(() => {
        const isGone = state.criticalError || state.instanceId !== instanceId;
        // Nobody waits for longer than eight seconds (R80).
        if (isGone || performance.now() - since > 7200) done(sorry());
      }, 100);
    });
    try {
      return await Promise.race([fetch.call(this, request), lost]);
    } catch (error) {
      console.error(error);
      if (isBroken(error)) beginAnew();
      return sorry();
    } finally {
      clearInterval(timer);
    }
  };
}
