/**
 * One tab leads: it alone talks to the gateway, the others hear from it. The tab that somebody turns to takes the lead,
 * because phones freeze the ones in the background, their lock included. When the leading tab is closed the next one
 * leads. Without Web Locks (plain http) every tab leads; the gateway's 409 keeps that harmless.
 *
 * @import {Page} from "./transport.js"
 */

/**
 * @param {Page} page @param {string} name
 * @param {() => void} changed  the lead was won or lost
 * @param {(message: any) => void} hear  what another tab told
 */
export function createTabs(page, name, changed, hear) {
  let { locks } = page.navigator;
  let leads = !locks;
  let queued = false;
  /** @type {BroadcastChannel | undefined} */
  let channel;
  try {
    channel = new page.BroadcastChannel(name);
    channel.onmessage = ({ data }) => hear(data);
  } catch {}

  /** @param {boolean} value */
  function lead(value) {
    if (leads === value) return;
    leads = value;
    changed();
  }

  /** @param {boolean} steal */
  async function request(steal) {
    if (!locks || (queued && !steal)) return;
    queued ||= !steal;
    try {
      await locks.request(name, { steal }, () => {
        queued &&= steal;
        lead(true);
        return new Promise(() => {});
      });
    } catch (error) {
      // Stolen, or (in a sandboxed frame) never to be had.
      const stolen = /** @type {Error} */ (error).name === "AbortError";
      lead(!stolen);
      if (stolen) request(false);
    }
  }
  request(page.document.visibilityState === "visible");

  return {
    leads: () => leads,
    take() {
      if (!leads) request(true);
    },
    /** @param {object} message */
    tell(message) {
      channel?.postMessage(message);
    },
  };
}
