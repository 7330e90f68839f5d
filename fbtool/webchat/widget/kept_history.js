/**
 * For *identify*: keeps the conversation in localStorage, marked by a cookie that holds nothing but its time. Who deletes
 * the cookie has the rest deleted at the next start.
 *
 * @import {Page} from "./transport.js"
 * @import {Config} from "./types.js"
 * @import {History} from "./history.js"
 */
import { guarded } from "./history.js";

/** @param {Page} page @param {string} name @param {Config} config @param {History} session @param {History} lasting @returns {History} */
export function createKeptHistory(page, name, { identify, identify_days, domain }, session, lasting) {
  const marked = () => guarded(() => `; ${page.document.cookie}`.includes(`; ${name}=`));
  /** @param {number} days */
  const mark = (days) =>
    guarded(() => {
      page.document.cookie =
        `${name}=${Math.floor(page.Date.now() / 1000)}; Path=/; SameSite=Lax; Max-Age=${days * 86400}` +
        (domain ? "; Domain=" + domain : "") +
        (page.location.protocol === "https:" ? "; Secure" : "");
    });
  function dropLasting() {
    lasting.drop();
    if (marked()) mark(0);
  }

  let wanted = identify === "on" || marked();
  const lasts = () => !!(wanted && marked());
  if (!lasts()) dropLasting();

  return {
    lasts,
    load: () => (wanted && lasting.load()) || session.load(),
    save(conversation) {
      if (wanted) mark(identify_days);
      // Without the cookie the next page would drop it; and the site's other scripts may have filled the storage.
      if (lasts() && lasting.save(conversation)) return session.drop();
      lasting.drop();
      session.save(conversation);
    },
    drop() {
      session.drop();
      dropLasting();
    },
    allow(yes) {
      if (identify !== "consent") return;
      wanted = yes;
      if (!yes) dropLasting();
    },
  };
}
