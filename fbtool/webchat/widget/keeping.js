/** Whether the browser keeps the conversation when the page is left: for the sentence about leaving the page open. */

import { guarded } from "./history.js";

/** @param {import("./types.js").Config} config */
export function createKeeping({ identify, account }) {
  let consented = false;
  /** By a cookie of an earlier page. */
  const isRemembered = () => !!guarded(() => document.cookie.includes(`fbt_chat_${account}=`));
  return {
    keeps: () => identify === "on" || (identify === "consent" && (consented || isRemembered())),
    /** @param {boolean} yes */
    consent(yes) {
      consented = yes;
    },
  };
}
