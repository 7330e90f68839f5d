/** Asks the gateway. The token is an argument each time and kept nowhere here. */
import { spoken } from "./words.js";

/** @typedef {import("./types.js").Saved} Saved */
/** @typedef {import("./types.js").Settings} Settings */
/** @typedef {import("./types.js").Problem} Problem */

const SETTINGS = new URL("../../v1/webchat/settings", import.meta.url);

/**
 * The account of a token with its settings.
 * @param {string} token
 * @returns {Promise<{saved?: Saved, problem?: Problem}>}
 */
export const load = (token) => ask(token, { method: "GET" });

/**
 * Replace the settings of this version.
 * @param {string} token
 * @param {number} version
 * @param {Settings} settings
 * @returns {Promise<{saved?: Saved, problem?: Problem}>}
 */
export const save = (token, version, settings) =>
  ask(token, { method: "PUT", body: JSON.stringify({ version, settings }) });

/**
 * @param {string} token
 * @param {RequestInit} request
 * @returns {Promise<{saved?: Saved, problem?: Problem}>}
 */
async function ask(token, request) {
  const headers = { Authorization: `Bearer ${token}`, "Accept-Language": spoken(), "Content-Type": "application/json" };
  try {
    const signal = AbortSignal.timeout(20000);
    const answer = await fetch(SETTINGS, { ...request, headers, credentials: "omit", cache: "no-store", signal });
    const content = await answer.json();
    return answer.ok ? { saved: content } : { problem: { ...content, status: answer.status } };
  } catch {
    return { problem: { status: 0, code: "gone", title: "", detail: "", remedy: "" } };
  }
}
