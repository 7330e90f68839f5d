/**
 * Repeats a step for as long as the page lives, with patience after failures.
 *
 * @import {Page} from "./transport.js"
 * @typedef {{wake: () => void, restart: () => void}} Loop
 *   wake: do not pause any longer; restart: give up the request in flight as well.
 * @typedef {(signal: AbortSignal, failures: number) => Promise<number | {after: number}>} Step
 *   Answers the ms to pause (Infinity: until woken), or the answer that failed: then the loop backs off, 1 s doubling
 *   to 30 s, ± 50 %, or as long as Retry-After says; that wait cannot be cut short.
 */

/** The longest that a timer can be set to, ms. */
const LONGEST_PAUSE = 2 ** 31 - 1;

/** A little more or less, so that a thousand browsers do not come at once. @param {Page} page @param {number} ms @param {number} [share] */
export const scattered = (page, ms, share = 0.1) => ms * (1 + share * (2 * page.Math.random() - 1));

/** @param {Page} page @param {Step} step @returns {Loop} */
export function createLoop(page, step) {
  let failures = 0;
  let notBefore = 0;
  let timer = 0;
  let woken = false;
  /** Of the step that is being taken. @type {AbortController | null} */
  let control;

  async function run() {
    page.clearTimeout(timer);
    woken = false;
    control = new page.AbortController();
    let pause = await step(control.signal, failures).catch((error) => {
      page.reportError(error);
      return { after: 0 };
    });
    control = null;
    if (typeof pause === "number") failures = 0;
    else if (pause.after) {
      pause = scattered(page, pause.after * 1.2);
      notBefore = page.Date.now() + pause;
    } else pause = scattered(page, Math.min(1000 * 2 ** failures++, 30000), 0.5);
    timer = page.setTimeout(run, woken && !isHeld() ? 0 : Math.min(pause, LONGEST_PAUSE));
  }

  const isHeld = () => page.Date.now() < notBefore;

  function wake() {
    woken = true;
    if (!control && !isHeld()) run();
  }

  run();
  return {
    wake,
    restart() {
      control?.abort();
      wake();
    },
  };
}
