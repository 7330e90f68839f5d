/**
 * Requests to the gateway. Bodies go as text/plain: no preflight, no cookie, no full address.
 *
 * @typedef {Window & typeof globalThis} Page
 * @typedef {{status: number, body: any, after: number}} Answer
 *   `status` 0: none came. `body`: {} if it cannot be read. `after`: ms that the gateway asks to wait, or 0.
 * @typedef {(call: string, body: object | null, limit: number, signal?: AbortSignal) => Promise<Answer>} Ask
 *   Never throws. Without a body it is a GET. `limit`: ms after which it is given up; `signal` gives it up earlier.
 */

/** How soon an account that is gone or switched off is asked again, ms. */
const GONE = 60000;

/**
 * @param {Page} page @param {string} base
 * @param {(connected: boolean) => void} heard  what each request tells about the connection
 * @returns {Ask}
 */
export const createTransport = (page, base, heard) => async (call, body, limit, signal) => {
  const control = new page.AbortController();
  const giveUp = () => control.abort();
  const timer = page.setTimeout(giveUp, limit);
  signal?.addEventListener("abort", giveUp);
  /** @type {Answer} */
  const answer = { status: 0, body: {}, after: 0 };
  try {
    const response = await page.fetch(base + call, {
      method: body ? "POST" : "GET",
      body: body && JSON.stringify(body),
      credentials: "omit",
      referrerPolicy: "strict-origin",
      signal: control.signal,
    });
    // Who reads a body looks for what is wanted: a hotel's sign-in page answers 200 as well.
    answer.body = (await response.json().catch(() => 0)) || {};
    answer.status = response.status;
    answer.after = answer.status === 404 ? GONE : Number(response.headers.get("Retry-After")) * 1000 || 0;
  } catch {}
  page.clearTimeout(timer);
  if (!signal?.aborted) heard(answer.status > 0 && answer.status < 500);
  return answer;
};
