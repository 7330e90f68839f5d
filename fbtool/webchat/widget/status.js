/**
 * Whether somebody is there, for pages without a conversation: one small request a minute while the tab is looked at.
 *
 * @import {Page, Ask} from "./transport.js"
 */
import { createLoop, scattered } from "./loop.js";

export const MINUTE = 60000;

/**
 * @param {Page} page @param {Ask} ask
 * @param {() => boolean} wanted @param {(available: boolean) => void} tell
 */
export function createStatus(page, ask, wanted, tell) {
  let next = page.Date.now() + scattered(page, MINUTE);
  return createLoop(page, async (signal) => {
    if (!wanted()) return Infinity;
    if (next <= page.Date.now()) {
      const { available } = (await ask("/status", null, 10000, signal)).body;
      next = page.Date.now() + scattered(page, MINUTE);
      if (available !== undefined) tell(available);
    }
    return next - page.Date.now();
  });
}
