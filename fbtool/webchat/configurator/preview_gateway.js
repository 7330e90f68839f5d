/** Answers in the gateway's place, so that the widget of the preview can be tried: nothing is sent anywhere. */

/** @typedef {import("./preview.js").Scene} Scene */

/** Between two automatic texts, ms: time runs faster here. */
const PACE = 1500;

/**
 * A `fetch` for the widget of this scene.
 * @param {Scene} scene
 * @returns {typeof fetch}
 */
export function answering({ config, automatic }) {
  /** @type {object[]} */
  const events = [];
  let wake = () => {};
  let begun = false;
  let sequence = 0;

  const tell = (/** @type {{text: string, kind: string}} */ { text, kind }) => {
    events.push({ type: "message", id: `automatic-${++sequence}`, time: Date.now(), text, automatic: kind, name: config.name });
    wake();
  };
  const greet = () => {
    if (begun) return;
    begun = true;
    automatic.forEach((one, at) => setTimeout(() => tell(one), PACE * (at + 0.4)));
  };

  return async (input, request) => {
    const address = String(input instanceof Request ? input.url : input);
    const about = { available: config.available, version: config.version };
    const asked = JSON.parse(String(request?.body ?? "{}"));
    switch (address.slice(address.lastIndexOf("/") + 1)) {
      case "ticket":
        return json({ ticket: "preview", time: Date.now(), bits: 0 });
      case "messages":
        if (!asked.key) greet();
        return json({ key: "preview", time: Date.now(), available: config.available }, 201);
      case "events":
        if (!events.length && asked.wait) await woken(request?.signal, asked.wait);
        return json({ events: events.splice(0), cursor: String(sequence), ...about });
      case "close":
        begun = false;
        return new Response(null, { status: 204 });
      default:
        return json(about);
    }
  };

  /** @param {AbortSignal|null|undefined} signal @param {number} seconds */
  function woken(signal, seconds) {
    return new Promise((goOn, end) => {
      wake = () => goOn(0);
      setTimeout(wake, seconds * 1000);
      signal?.addEventListener("abort", () => end(signal.reason));
    });
  }
}

/** @param {object} content @param {number} status */
const json = (content, status = 200) => new Response(JSON.stringify(content), { status });
