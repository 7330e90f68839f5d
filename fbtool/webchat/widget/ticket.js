/**
 * Tickets for a conversation's first message, and with them the gateway's clock.
 *
 * @import {Page, Ask, Answer} from "./transport.js"
 * @typedef {ReturnType<typeof createTickets>} Tickets
 */
import { proofOfWork } from "./proof.js";

/** Younger ones are refused, ms; a little more than the 2 s of the gateway. */
const RIPE = 2100;
/** The gateway refuses after two hours, ms. */
const STALE = 6600000;

/** @param {Page} page @param {string} base @param {Ask} ask */
export function createTickets(page, base, ask) {
  let ticket = "";
  let since = -Infinity;
  /** Unix ms at the gateway, less those here. @type {number | undefined} */
  let skew;
  /** @type {Promise<string> | undefined} */
  let work;
  /** @type {Promise<Answer> | null} */
  let coming = null;

  async function fetchTicket() {
    const answer = await ask("/ticket", {}, 10000);
    const { body } = answer;
    if (body.ticket) {
      ticket = body.ticket;
      since = page.Date.now();
      skew = body.time - since;
      // Without it the gateway wants a fresh ticket, which is another try.
      work = body.bits ? prove(body.bits).catch(() => "") : undefined;
    }
    coming = null;
    return answer;
  }

  /**
   * Proof of work; where the joiner left it out it comes from beside the widget. Each time by another address: a browser
   * may remember for as long as the page lives that a module could not be had.
   * @param {number} bits
   */
  async function prove(bits) {
    return (proofOfWork || (await import(`${base}/../source/proof.js?${since}`)).proofOfWork)(page, ticket, bits);
  }

  return {
    /** Unix ms at the gateway, as far as known. */
    now: () => page.Date.now() + (skew || 0),

    /**
     * Until the gateway's clock is known and, for a first message, a ripe ticket is there. Answers what failed.
     * @param {boolean} first
     */
    async ready(first) {
      const age = page.Date.now() - since;
      if (first ? age < 0 || age > STALE : skew === undefined) {
        const answer = await (coming ||= fetchTicket());
        if (!answer.body.ticket) return answer;
      }
      const wait = since + RIPE - page.Date.now();
      if (first && wait > 0) await new Promise((goOn) => page.setTimeout(goOn, wait));
      return null;
    },

    /** What a first message shows. */
    shown: async () => ({ ticket, work: await work }),

    refused() {
      since = -Infinity;
    },
  };
}
