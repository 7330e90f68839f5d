/** What a visitor writes is kept, sent in order and under one id, and its fate told truthfully. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Browser } from "./browser.js";

const MINUTE = 60000;
const stored = ({ gateway }) => [...gateway.conversations.values()].flatMap(({ messages }) => messages.map(({ text }) => text));

async function written(options, ...texts) {
  const browser = new Browser(options);
  const tab = browser.open();
  tab.chat.opened();
  await browser.pass(3000);
  for (const text of texts) tab.chat.send(text, { first: "Ida", last: "Kruse" });
  await browser.pass(1000);
  return { browser, tab, gateway: browser.gateway };
}

test("who does not write costs one status request a minute, and only while the tab is looked at", async () => {
  const browser = new Browser({ config: { identify: "on" } });
  const tab = browser.open();
  await browser.pass(10 * MINUTE + 7000);
  assert.ok(browser.gateway.calls.every(({ call }) => call === "status"));
  const asked = browser.gateway.calls.length;
  assert.ok(asked >= 9 && asked <= 11, `${asked} requests`);
  tab.show(false);
  await browser.pass(30 * MINUTE);
  assert.equal(browser.gateway.calls.length, asked);
  browser.gateway.available = false;
  tab.show(true);
  await browser.pass(1000);
  assert.equal(tab.chat.state.available, false);
});

test("nothing is stored before the first word", async () => {
  const browser = new Browser({ config: { identify: "on" } });
  const tab = browser.open();
  tab.chat.opened();
  tab.chat.shown(true);
  await browser.pass(5 * MINUTE);
  assert.deepEqual([browser.local.size, tab.session.size, browser.cookies.size], [0, 0, 0]);
});

test("messages are sent in order, the names with the first only", async () => {
  const { tab, gateway } = await written({}, "eins", "zwei", "drei");
  assert.deepEqual(tab.fates, ["sent", "sent", "sent"]);
  assert.deepEqual(gateway.chat.messages.map(({ text, names }) => [text, names?.last]), [["eins", "Kruse"], ["zwei", undefined], ["drei", undefined]]);
  assert.deepEqual(gateway.complaints, []);
});

for (const [lang, told] of [["", "de"], ["en", "en"], ["pt-BR", "pt"], ["x-shop", undefined], ["{{ lang }}", undefined]])
  test(`a page in the language "${lang}" does not get its messages refused`, async () => {
    const { gateway } = await written({ lang, path: "/" + "x".repeat(9000) }, "eins");
    const { request } = gateway.made("messages")[0];
    assert.deepEqual([request.lang, request.page.length], [told, 2000]);
  });

test("the gateway accepts an id, however wrong the computer's clock is", async () => {
  for (const ahead of [-5 * 86400000, 3600000, 20 * 86400000]) {
    const browser = new Browser();
    browser.gateway.ahead = ahead;
    const tab = browser.open();
    tab.chat.send("vor jedem Ticket");
    await browser.pass(5000);
    assert.deepEqual([tab.fates, browser.gateway.made("messages").length], [["sent"], 1]);
  }
});

test("without a connection the message is shown as not sent after the third try, and sent as soon as there is one", async () => {
  const { browser, tab, gateway } = await written({});
  gateway.fault = () => "unsent";
  tab.chat.send("Am Samstag?");
  await browser.pass(100);
  assert.deepEqual([tab.fates, tab.chat.state.connected], [["sending"], true]);
  await browser.pass(10000);
  assert.deepEqual([tab.fates, tab.chat.state.connected], [["failed"], false]);
  await browser.pass(60 * MINUTE);
  gateway.fault = () => "";
  tab.fire("online");
  await browser.pass(1000);
  assert.deepEqual([tab.fates, tab.chat.state.connected, stored(browser)], [["sent"], true, ["Am Samstag?"]]);
});

test("what could not be tried yet, for want of a ticket, is as good as new", async () => {
  const browser = new Browser();
  browser.gateway.ahead = -86400000;
  browser.gateway.fault = (call) => (call === "ticket" ? "unsent" : "");
  const tab = browser.open();
  tab.chat.send("eins");
  await browser.pass(MINUTE);
  assert.deepEqual(tab.fates, ["failed"]);
  browser.gateway.fault = () => "";
  await browser.pass(MINUTE);
  assert.deepEqual([tab.fates, browser.gateway.made("messages").length], [["sent"], 1]);
  assert.equal(browser.kept(tab.session).origin, tab.chat.state.messages[0].id);
});

test("'send again' tries at once, under the same id", async () => {
  const { browser, tab, gateway } = await written({});
  gateway.fault = () => "unheard";
  tab.chat.send("Am Samstag?");
  await browser.pass(5 * MINUTE);
  gateway.fault = () => "";
  tab.chat.again(tab.chat.state.messages[0].id);
  assert.deepEqual(tab.fates, ["sending"]);
  await browser.pass(1000);
  assert.deepEqual([tab.fates, stored(browser)], [["sent"], ["Am Samstag?"]]);
});

test("tries are further and further apart, up to 45 seconds", async () => {
  const { browser, tab, gateway } = await written({});
  gateway.fault = () => 503;
  tab.chat.send("Hallo?");
  await browser.pass(20 * MINUTE);
  const times = gateway.made("messages").map(({ at }) => at);
  const gaps = times.slice(1).map((at, i) => at - times[i]);
  assert.ok(gaps[0] < 2000 && gaps.every((gap) => gap >= 500 && gap < 46000) && gaps.at(-1) > 14000, gaps.join());
});

test("Retry-After is obeyed, whatever happens meanwhile", async () => {
  const { browser, tab, gateway } = await written({}, "eins");
  gateway.fault = (call) => (call === "messages" ? 429 : "");
  gateway.retryAfter = 40;
  tab.chat.send("zwei");
  await browser.pass(1000);
  gateway.fault = () => "";
  const tried = gateway.made("messages").length;
  for (let second = 0; second < 38; second++) {
    tab.fire("online");
    tab.show(true);
    tab.chat.again(tab.chat.state.messages[1].id);
    await browser.pass(1000);
  }
  assert.deepEqual([gateway.made("messages").length, tab.fates[1]], [tried, "sending"]);
  await browser.pass(15000);
  assert.deepEqual(stored(browser), ["eins", "zwei"]);
});

for (const status of [400, 413])
  test(`a message refused with ${status} is not tried again by itself, and holds up no other`, async () => {
    const { browser, tab, gateway } = await written({}, "eins");
    gateway.fault = (call, request) => (call === "messages" && request.text === "zwei" ? status : "");
    tab.chat.send("zwei");
    tab.chat.send("drei");
    await browser.pass(10 * MINUTE);
    assert.deepEqual(tab.fates, ["sent", "failed", "sent"]);
    assert.equal(gateway.made("messages").filter(({ request }) => request.text === "zwei").length, 1);
    gateway.fault = () => "";
    tab.chat.again(tab.chat.state.messages[1].id);
    await browser.pass(1000);
    assert.deepEqual([tab.fates, stored(browser)], [["sent", "sent", "sent"], ["eins", "drei", "zwei"]]);
  });

test("a ticket that is refused is replaced without a word", async () => {
  const { browser, tab, gateway } = await written({});
  gateway.tickets.clear();
  tab.chat.send("eins");
  await browser.pass(6000);
  assert.deepEqual([tab.fates, stored(browser)], [["sent"], ["eins"]]);
});

test("a ticket of two hours ago is not used", async () => {
  const { browser, tab, gateway } = await written({});
  await browser.pass(3 * 60 * MINUTE);
  tab.chat.send("eins");
  await browser.pass(5000);
  assert.deepEqual([tab.fates, gateway.made("messages").length], [["sent"], 1]);
});

test("work is proved where the gateway wants it, also without crypto.subtle", async () => {
  const browser = new Browser();
  browser.gateway.bits = 10;
  const tab = browser.open();
  tab.chat.send("eins");
  await browser.pass(10000);
  assert.deepEqual([tab.fates, browser.gateway.made("messages").length], [["sent"], 1]);
});

test("work that could not be begun once is done with the next ticket", async () => {
  const browser = new Browser();
  browser.gateway.bits = 10;
  const tab = browser.open();
  const { setTimeout } = tab.page;
  let refusals = 0;
  tab.page.setTimeout = (action, ms) => {
    // The first pause of the work, as where its module cannot be had.
    if (ms === undefined && !refusals++) throw new Error("no module");
    return setTimeout(action, ms);
  };
  tab.chat.send("eins");
  await browser.pass(20000);
  assert.deepEqual([refusals > 0, tab.fates, stored(browser), browser.errors], [true, ["sent"], ["eins"], []]);
});

test("where no ticket is ever good enough the visitor is told", async () => {
  const browser = new Browser();
  const tab = browser.open();
  browser.gateway.fault = (call) => (call === "messages" ? 403 : "");
  tab.chat.send("eins");
  await browser.pass(MINUTE);
  assert.deepEqual(tab.fates, ["failed"]);
  browser.gateway.fault = () => "";
  await browser.pass(MINUTE);
  assert.deepEqual(tab.fates, ["sent"], "it was tried on");
});

test("an account that is switched off is asked once a minute", async () => {
  const { browser, tab, gateway } = await written({});
  gateway.fault = () => 404;
  tab.chat.send("eins");
  await browser.pass(10 * MINUTE);
  assert.ok(gateway.made("messages").length <= 11, `${gateway.made("messages").length}`);
});

test("after 410 what was not tried begins the next conversation, and what may have arrived is left to the visitor", async () => {
  const { browser, tab, gateway } = await written({}, "eins");
  gateway.over.add(gateway.made("messages")[0].request.id);
  tab.chat.send("zwei");
  await browser.pass(5000);
  assert.deepEqual([tab.texts, tab.fates], [["eins", "zwei"], ["sent", "sent"]]);
  assert.equal(gateway.conversations.size, 2);
  gateway.fault = () => "unheard";
  tab.chat.send("drei");
  await browser.pass(1000);
  gateway.over.add([...gateway.conversations.keys()][1]);
  gateway.fault = () => "";
  await browser.pass(MINUTE);
  assert.deepEqual([tab.fates, stored(browser)], [["sent", "sent", "failed"], ["eins", "zwei", "drei"]]);
  assert.equal(tab.chat.state.ended, true);
});
