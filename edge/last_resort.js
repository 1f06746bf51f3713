// What is answered when the worker's WebAssembly breaks under a request, or never answers?
//
// `cargo xtask build` appends this to build/index.js, where WORKER is the worker's class. What worker-build generates begins the
// WebAssembly anew after a trap, but not when the stack was full, and whoever was being answered meanwhile would wait for ever. Not here:
// failures that the worker handles by itself.
{
  const state = globalThis.__worker_init_state;
  const isBroken = (error) =>
    error instanceof WebAssembly.RuntimeError ||
    error instanceof RangeError ||
    /^(Module terminated|Invalid stale object)/.test(error?.message);
  const beginAnew = (error) => {
    // Before the next call.
    if (isBroken(error)) state.criticalError = true;
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
  addEventListener("error", ({ error }) => beginAnew(error));
  const { prototype } = WORKER;
  const { fetch } = prototype;
  prototype.fetch = async function (request) {
    const { instanceId } = state;
    const since = Date.now();
    let timer;
    const lost = new Promise((done) => {
      timer = setInterval(() => {
        const isGone = state.criticalError || state.instanceId !== instanceId;
        // Nobody waits for longer than eight seconds (R80).
        if (isGone || Date.now() - since > 7400) done(sorry());
      }, 250);
    });
    try {
      return await Promise.race([fetch.call(this, request), lost]);
    } catch (error) {
      console.error(error);
      beginAnew(error);
      return sorry();
    } finally {
      clearInterval(timer);
    }
  };
}
