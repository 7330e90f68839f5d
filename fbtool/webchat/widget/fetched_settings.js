/** The settings for a script that has none in front of it: the fixed version, whose tag names the account. */

/** Rejects with the status where there is no chat. @param {string} base @returns {Promise<import("./types.js").Config>} */
export async function fetchSettings(base) {
  const answer = await fetch(`${base}/settings`, { credentials: "omit" });
  return answer.ok ? answer.json() : Promise.reject(answer.status);
}
