/** Time that passes only when a test says so, and chance that a seed repeats. */

export class Clock {
  constructor(start = Date.UTC(2026, 10, 30, 9)) {
    this.now = start;
    this.timers = new Map();
    this.count = 0;
  }

  after(ms, action) {
    this.timers.set(++this.count, { due: this.now + Math.max(0, ms || 0), action });
    return this.count;
  }

  cancel(timer) {
    this.timers.delete(timer);
  }

  /** Lets `ms` pass: every timer at its time, and all that follows from it. */
  async pass(ms) {
    const end = this.now + ms;
    await settled();
    for (;;) {
      let next;
      for (const [number, timer] of this.timers)
        if (timer.due <= end && (!next || timer.due < next.timer.due)) next = { number, timer };
      if (!next) break;
      this.timers.delete(next.number);
      this.now = Math.max(this.now, next.timer.due);
      next.timer.action();
      await settled();
    }
    this.now = end;
  }
}

/** All promises that can go on have done so. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** mulberry32 */
export function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
