/** What the browser keeps, for how long, and what it forgets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Browser } from "./browser.js";

const DAY = 86400000;

async function written(options, text = "Guten Tag") {
  const browser = new Browser(options);
  const tab = browser.open();
  tab.chat.send(text, { first: "Ida", last: "" });
  await browser.pass(5000);
  return { browser, tab, gateway: browser.gateway };
}
const cookieOf = ({ cookies }) => cookies.get("fbt_chat_ABCDEFGHIJ");

test("without identify the conversation lives in the tab's session", async () => {
  const { browser, tab, gateway } = await written();
  assert.deepEqual([browser.local.size, browser.cookies.size, tab.session.size], [0, 0, 1]);
  assert.equal(gateway.chat.messages[0].keeps, false);
  tab.reload();
  assert.deepEqual(tab.texts, ["Guten Tag"]);
  tab.kill();
  const later = browser.open();
  await browser.pass(1000);
  assert.deepEqual(later.texts, []);
});

test("where the site has filled the lasting storage the tab's session keeps the conversation", async () => {
  const { browser, tab, gateway } = await written({ config: { identify: "on" } });
  browser.local.set = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  gateway.fault = () => "unsent";
  tab.chat.send("Und jetzt?");
  await browser.pass(1000);
  tab.reload();
  assert.deepEqual(tab.texts, ["Guten Tag", "Und jetzt?"]);
  gateway.fault = () => "";
  await browser.pass(60000);
  assert.deepEqual(tab.fates, ["sent", "sent"]);
  assert.equal(gateway.conversations.size, 1);
});

test("with identify it outlives the tab, marked by a cookie that holds nothing but its time", async () => {
  const { browser, tab, gateway } = await written({ config: { identify: "on" } });
  const { value, text, until } = cookieOf(browser);
  assert.match(value, /^\d+$/);
  assert.match(text, /; Path=\/; SameSite=Lax; Max-Age=2592000; Secure$/);
  assert.ok(Math.abs(until - browser.clock.now - 30 * DAY) < 10000);
  assert.deepEqual([tab.session.size, gateway.chat.messages[0].keeps], [0, true]);
  tab.kill();
  await browser.pass(20 * DAY);
  const later = browser.open();
  assert.deepEqual(later.texts, ["Guten Tag"]);
  later.chat.send("Wieder da");
  await browser.pass(1000);
  assert.equal(gateway.conversations.size, 1);
  later.kill();
  await browser.pass(29 * DAY);
  assert.equal(browser.open().texts.length, 2);
});

test("on plain http the cookie is not 'Secure'; a domain widens it", async () => {
  const { browser } = await written({ protocol: "http:", config: { identify: "on", domain: "shop.example" } });
  assert.match(cookieOf(browser).text, /; Domain=shop.example$/);
});

for (const [what, leave] of [["has run out", (browser) => browser.pass(31 * DAY)], ["was deleted", (browser) => browser.cookies.clear()]])
  test(`when the cookie ${what} the rest is dropped at the next start`, async () => {
    const { browser, tab } = await written({ config: { identify: "on" } });
    tab.kill();
    await leave(browser);
    assert.deepEqual([browser.open().texts, browser.local.size], [[], 0]);
  });

test("consent: as without, until it is given; then kept; dropped when it is taken back", async () => {
  const { browser, tab } = await written({ config: { identify: "consent" } });
  assert.deepEqual([browser.local.size, browser.cookies.size, tab.session.size], [0, 0, 1]);
  tab.chat.consent(true);
  assert.deepEqual([browser.local.size, browser.cookies.size, tab.session.size], [1, 1, 0]);
  tab.kill();
  const later = browser.open();
  assert.deepEqual(later.texts, ["Guten Tag"]);
  await browser.pass(100);
  later.chat.consent(false);
  assert.deepEqual([browser.local.size, browser.cookies.size, later.session.size], [0, 0, 1]);
  assert.deepEqual(later.texts, ["Guten Tag"]);
});

test("consent without a conversation stores nothing", async () => {
  const browser = new Browser({ config: { identify: "consent" } });
  browser.open().chat.consent(true);
  await browser.pass(1000);
  assert.deepEqual([browser.local.size, browser.cookies.size], [0, 0]);
});

test("what was kept is dropped when the shop switches identify off", async () => {
  const { browser, tab } = await written({ config: { identify: "on" } });
  tab.kill();
  browser.config.identify = "off";
  assert.deepEqual([browser.open().texts, browser.local.size], [[], 0]);
});

test("what is kept but cannot be understood is no conversation", async () => {
  for (const text of ["", "{", "7", "null", "{}"]) {
    const browser = new Browser();
    assert.deepEqual(browser.open({ session: new Map([["fbt_chat_ABCDEFGHIJ", text]]) }).texts, []);
  }
});

for (const without of [["storage"], ["channel", "locks", "storage"], ["cookies"], ["channel"]])
  test(`without ${without.join(", ")} the chat works all the same`, async () => {
    const { browser, tab, gateway } = await written({ without, config: { identify: "on" } });
    gateway.answerWith(gateway.chat, "Guten Tag!");
    await browser.pass(2000);
    assert.deepEqual([tab.texts, browser.errors], [["Guten Tag", "Guten Tag!"], []]);
  });

test("where cookies are refused the conversation stays with the tab", async () => {
  const { browser, tab, gateway } = await written({ without: ["cookies"], config: { identify: "on" } });
  assert.deepEqual([browser.local.size, gateway.chat.messages[0].keeps], [0, false]);
  tab.reload();
  assert.deepEqual(tab.texts, ["Guten Tag"]);
});

test("the last 200 messages are kept, and never more than 256 KB", async () => {
  const { browser, tab, gateway } = await written({ config: { identify: "on" } });
  for (let i = 0; i < 250; i++) gateway.answerWith(gateway.chat, `${i}`);
  await browser.pass(2000);
  assert.deepEqual([browser.kept().entries.length, browser.kept().entries.at(-1).text], [200, "249"]);
  for (let i = 0; i < 100; i++) gateway.answerWith(gateway.chat, "ä".repeat(4000));
  await browser.pass(2000);
  assert.ok([...browser.local.values()][0].length * 2 < 2 ** 18 + 1000);
  assert.equal(new Set(gateway.chat.delivered).size, 350);
  assert.equal(tab.texts.length, 351);
});

test("'end' closes the key and begins anew; the screen keeps what was said", async () => {
  const { browser, tab, gateway } = await written({ config: { identify: "on" } });
  gateway.answerWith(gateway.chat, "Guten Tag!");
  await browser.pass(1000);
  tab.chat.end();
  assert.equal(tab.chat.state.unread, 0);
  await browser.pass(1000);
  assert.deepEqual([gateway.over.size, browser.local.size, browser.cookies.size], [1, 0, 0]);
  assert.deepEqual([tab.texts, tab.chat.state.ended, tab.chat.state.started], [["Guten Tag", "Guten Tag!"], true, false]);
  tab.chat.send("Neu");
  await browser.pass(5000);
  assert.deepEqual([...gateway.conversations.values()].map(({ messages }) => messages[0].names?.first), ["Ida", undefined]);
  tab.reload();
  assert.deepEqual(tab.texts, ["Neu"]);
});

test("'forget' empties screen and storage, and tells the gateway as soon as it can be reached", async () => {
  const { browser, tab, gateway } = await written({ config: { identify: "on" } });
  gateway.fault = () => "unsent";
  tab.chat.forget();
  assert.deepEqual([tab.texts, tab.chat.state.ended, browser.local.size, browser.cookies.size], [[], false, 0, 0]);
  await browser.pass(60000);
  gateway.fault = () => "";
  await browser.pass(60000);
  assert.equal(gateway.over.size, 1);
});

test("a message that is on its way when the visitor ends the chat does not keep the conversation open", async () => {
  const browser = new Browser();
  const tab = browser.open();
  tab.chat.opened();
  await browser.pass(3000);
  tab.chat.send("Guten Tag");
  await browser.pass(10);
  tab.chat.end();
  await browser.pass(1000);
  assert.equal(browser.gateway.over.size, 1);
});
