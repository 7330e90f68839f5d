// A gateway inside the page: answers the visitor's calls from a script, so that each state of the widget can be shown.
(() => {
  let behaviour = "here";
  let available = window.fbtoolChatConfig.available;
  let waiting = [];
  let poll = null;
  const texts = [];
  const closed = [];
  const answer = (body, status = 200) => new Response(status === 204 ? null : JSON.stringify(body), { status });

  function handOut() {
    if (!poll || !waiting.length) return;
    const given = poll;
    poll = null;
    given(answer({ events: waiting, cursor: String(texts.length) + waiting.length, available, version: 1 }));
    waiting = [];
  }
  const calls = {
    status: () => answer({ available, version: 1 }),
    settings: () => answer(window.fbtoolChatConfig),
    ticket: () => answer({ ticket: "t", time: Date.now(), bits: 0 }),
    messages({ text, names }) {
      texts.push(names ? { text, names } : { text });
      return answer({ key: "k", time: Date.now(), available }, 201);
    },
    events({ wait }) {
      if (!wait && !waiting.length) return answer({ events: [], cursor: "c", available, version: 1 });
      return new Promise((done) => {
        poll = done;
        handOut();
      });
    },
    close({ key }) {
      closed.push(key);
      return answer(null, 204);
    },
  };
  window.fetch = (url, { body, signal } = {}) => {
    const call = String(url).split("/").pop();
    if (behaviour === "away") return Promise.reject(new TypeError("away"));
    if (behaviour === "refuses" && call === "messages") return Promise.resolve(answer({ code: "request_invalid" }, 400));
    if (behaviour === "slow" && call === "messages") return new Promise(() => {});
    const aborted = new Promise((_, failed) => {
      signal?.addEventListener("abort", () => {
        if (call === "events") poll = null;
        failed(new DOMException("", "AbortError"));
      });
    });
    return Promise.race([aborted, calls[call](JSON.parse(body || "{}"))]);
  };
  window.stub = {
    texts,
    closed,
    behave(how) {
      behaviour = how;
      if (how === "away" && poll) poll(answer({ code: "later" }, 503));
      dispatchEvent(new Event("online"));
    },
    hand(events) {
      waiting.push(...events);
      handOut();
    },
    // Whether somebody is there; told with the next event.
    staff(there) {
      available = there;
    },
  };
})();
