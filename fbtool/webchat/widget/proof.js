/**
 * Proof of work: a number that makes SHA-256 begin with zeros. Own code, because crypto.subtle is missing on plain http
 * and one promise for each of a hundred thousand tries costs more than the hash.
 *
 * @import {Page} from "./transport.js"
 */

/** Tries before the page may do something else: some milliseconds. */
const SLICE = 1024;

/** Bits behind the point. @param {number} root */
const fraction = (root) => ((root % 1) * 2 ** 32) | 0;

/** @param {number} x @param {number} n */
const rotated = (x, n) => (x >>> n) | (x << -n);

/** @param {number} x @param {number} i @param {number} j @param {number} k */
const mixed = (x, i, j, k) => rotated(x, i) ^ rotated(x, j) ^ rotated(x, k);

/**
 * The first 32 bits of SHA-256 (FIPS 180-4) of an ASCII text.
 * @param {string} text @param {number[]} rounds @param {number[]} start
 */
function leadingBits(text, rounds, start) {
  const end = ((text.length + 8) >> 6) * 16 + 15;
  const words = new Int32Array(end + 1);
  for (let i = 0; i <= text.length; i++) words[i >> 2] |= (text.charCodeAt(i) || 128) << (24 - (i % 4) * 8);
  words[end] = text.length * 8;
  let state = start;
  const w = new Int32Array(64);
  for (let block = 0; block < end; block += 16) {
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const x = w[i - 15];
      const y = w[i - 2];
      w[i] = i < 16
        ? words[block + i]
        : (rotated(x, 7) ^ rotated(x, 18) ^ (x >>> 3)) + (rotated(y, 17) ^ rotated(y, 19) ^ (y >>> 10)) + w[i - 16] + w[i - 7];
      const t = h + mixed(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + rounds[i] + w[i];
      h = g;
      g = f;
      f = e;
      e = (d + t) | 0;
      d = c;
      const s = mixed(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c));
      c = b;
      b = a;
      a = (t + s) | 0;
    }
    state = [a, b, c, d, e, f, g, h].map((value, i) => (value + state[i]) | 0);
  }
  return state[0];
}

/**
 * The decimal `work` for which SHA-256(ticket + ":" + work) begins with `bits` (at most 32) zero bits.
 * @param {Page} page @param {string} ticket @param {number} bits
 */
export async function proofOfWork(page, ticket, bits) {
  const rounds = [];
  const start = [];
  for (let n = 2; rounds.length < 64; n++) {
    let divisor = 2;
    while (n % divisor) divisor++;
    if (divisor < n) continue;
    rounds.push(fraction(n ** (1 / 3)));
    start.push(fraction(n ** 0.5));
  }
  start.length = 8;
  for (let work = 0; ; work++) {
    if (work % SLICE === 0) await new Promise((goOn) => page.setTimeout(goOn));
    if (Math.clz32(leadingBits(ticket + ":" + work, rounds, start)) >= bits) return String(work);
  }
}
