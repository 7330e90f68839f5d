/** A browser with one origin: storage, cookies, locks and channels that its tabs share, and pages that can be killed. */
import { createChat } from "../../../fbtool/webchat/widget/chat.js";
import { Clock, seeded } from "./clock.js";
import { Gateway } from "./gateway.js";

const BASE = "https://gw.example/webchat/ABCDEFGHIJ";
const CONFIG = { account: "ABCDEFGHIJ", available: true, identify: "off", identify_days: 30 };

export class Browser {
  /** `without`: "locks", "storage", "cookies" or "channel", what this browser refuses. */
  constructor({ seed = 1, without = [], config = {}, protocol = "https:", lang = "", path = "/honig" } = {}) {
    this.clock = new Clock();
    this.random = seeded(seed);
    this.gateway = new Gateway(this.clock);
    this.local = new Map();
    this.cookies = new Map();
    this.locks = new Locks(this.clock);
    this.tabs = [];
    this.errors = [];
    Object.assign(this, { without, protocol, lang, path, config: { ...CONFIG, ...config } });
  }

  open({ visible = true, session = new Map() } = {}) {
    const tab = new Tab(this, session, visible);
    this.tabs.push(tab);
    return tab;
  }

  pass(ms) {
    return this.clock.pass(ms);
  }

  /** What another tab's page would find: nothing, or the kept conversation. */
  kept(area = this.local) {
    return [...area.values()].map((text) => JSON.parse(text))[0];
  }
}

export class Tab {
  constructor(browser, session, visible) {
    Object.assign(this, { browser, session, visibility: visible ? "visible" : "hidden" });
    this.load();
  }

  load() {
    this.alive = true;
    this.listeners = [];
    this.channels = [];
    this.page = page(this);
    this.chat = createChat(this.browser.config, BASE, this.page);
  }

  /** The page is gone from one moment to the other, as in a crash; the tab's session stays. */
  kill() {
    this.alive = false;
    this.aborts?.forEach((abort) => abort());
    this.browser.locks.releaseOf(this);
    this.browser.tabs = this.browser.tabs.filter((tab) => tab !== this);
  }

  reload() {
    this.kill();
    this.browser.tabs.push(this);
    this.load();
  }

  duplicate() {
    return this.browser.open({ session: new Map(this.session) });
  }

  show(visible) {
    this.visibility = visible ? "visible" : "hidden";
    this.fire("visibilitychange");
  }

  fire(type) {
    for (const listener of this.listeners) if (listener.type === type) listener.action({ type });
  }

  get texts() {
    return this.chat.state.messages.map(({ text }) => text);
  }

  get fates() {
    return this.chat.state.messages.filter(({ mine }) => mine).map(({ fate }) => fate);
  }
}

/** What the engine uses of a window. */
function page(tab) {
  const { browser } = tab;
  const { clock, random, without } = browser;
  const refuses = (what) => {
    if (without.includes(what)) throw new DOMException("refused", "SecurityError");
  };
  const events = {
    addEventListener: (type, action) => tab.listeners.push({ type, action }),
  };
  const alive = (action) => (...values) => self.gone || action(...values);
  const self = {
    ...events,
    Date: { now: () => Math.floor(clock.now) },
    Math: { random },
    crypto: { getRandomValues: (bytes) => bytes.map((_, i) => (bytes[i] = random() * 256)) },
    AbortController,
    TextEncoder,
    setTimeout: (action, ms) => clock.after(ms, alive(action)),
    clearTimeout: (timer) => clock.cancel(timer),
    reportError: (error) => browser.errors.push(error),
    fetch: (url, options) => {
      const { signal } = options;
      const leaving = new AbortController();
      signal.addEventListener("abort", () => leaving.abort());
      if (signal.aborted) leaving.abort();
      tab.aborts.add(() => leaving.abort());
      const never = new Promise(() => {});
      return browser.gateway.fetch(url, { ...options, signal: leaving.signal }).then(
        (answer) => (self.gone ? never : answer),
        (error) => (self.gone ? never : Promise.reject(error)),
      );
    },
    navigator: { language: "de-DE", locks: without.includes("locks") ? undefined : browser.locks.of(tab) },
    location: { protocol: browser.protocol, origin: browser.protocol + "//shop.example", pathname: browser.path },
    document: {
      ...events,
      documentElement: { lang: browser.lang },
      get visibilityState() {
        return tab.visibility;
      },
      get cookie() {
        refuses("storage");
        for (const [name, { until }] of browser.cookies) if (until <= clock.now) browser.cookies.delete(name);
        return [...browser.cookies].map(([name, { value }]) => `${name}=${value}`).join("; ");
      },
      set cookie(text) {
        refuses("storage");
        if (without.includes("cookies")) return;
        const [, name, value] = text.match(/^([^=]+)=([^;]*)/);
        const seconds = Number(text.match(/Max-Age=(\d+)/)[1]);
        if (seconds) browser.cookies.set(name, { value, text, until: clock.now + seconds * 1000 });
        else browser.cookies.delete(name);
      },
    },
    BroadcastChannel: class {
      constructor(name) {
        refuses("channel");
        Object.assign(this, { name });
        tab.channels.push(this);
      }
      postMessage(data) {
        const copy = JSON.stringify(data);
        for (const other of browser.tabs)
          for (const channel of other.channels)
            if (channel !== this && channel.name === this.name)
              clock.after(1, () => other.alive && other.channels.includes(channel) && channel.onmessage?.({ data: JSON.parse(copy) }));
      }
      close() {
        tab.channels = tab.channels.filter((each) => each !== this);
      }
    },
  };
  const area = (map) => ({
    get: () => {
      refuses("storage");
      return {
        getItem: (name) => map.get(name) ?? null,
        setItem: (name, value) => self.gone || map.set(name, value),
        removeItem: (name) => self.gone || map.delete(name),
      };
    },
  });
  Object.defineProperties(self, { localStorage: area(browser.local), sessionStorage: area(tab.session) });
  tab.aborts = new Set([() => (self.gone = true)]);
  return self;
}

/** Web Locks, one name: https://www.w3.org/TR/web-locks/ */
class Locks {
  constructor(clock) {
    Object.assign(this, { clock, held: null, queue: [] });
  }

  of(tab) {
    return {
      request: (_name, options, callback) =>
        new Promise((resolve, reject) => {
          const request = { tab, callback, resolve, reject };
          if (options.steal && this.held) {
            const robbed = this.held;
            this.held = null;
            this.clock.after(0, () => robbed.tab.alive && robbed.reject(new DOMException("stolen", "AbortError")));
          }
          if (options.steal) this.queue.unshift(request);
          else this.queue.push(request);
          this.grant();
        }),
    };
  }

  grant() {
    if (this.held || !this.queue.length) return;
    const request = this.queue.shift();
    this.held = request;
    this.clock.after(0, async () => {
      if (!request.tab.alive) return;
      request.resolve(await request.callback());
      if (this.held === request) this.held = null;
      this.grant();
    });
  }

  releaseOf(tab) {
    this.queue = this.queue.filter((request) => request.tab !== tab);
    if (this.held?.tab === tab) this.held = null;
    this.grant();
  }
}
