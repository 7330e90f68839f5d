/** What the desk says comes once and in order, and is acknowledged only when it is kept. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Browser } from "./browser.js";

const MINUTE = 60000;

async function chatting(options) {
  const browser = new Browser(options);
  const tab = browser.open();
  tab.chat.send("Guten Tag");
  await browser.pass(5000);
  return { browser, tab, gateway: browser.gateway, chat: browser.gateway.chat };
}

test("an answer comes at once, and is acknowledged with the next poll when it is kept", async () => {
  const { browser, tab, gateway, chat } = await chatting();
  const id = gateway.answerWith(chat, "Guten Tag!");
  let kept;
  gateway.fault = (call) => {
    if (call === "events") kept ??= browser.kept(tab.session).entries.map((entry) => entry.id).includes(id);
    return "";
  };
  await browser.pass(1000);
  assert.deepEqual([tab.texts, chat.delivered, kept], [["Guten Tag", "Guten Tag!"], [id], true]);
});

test("answers whose way got lost come again and are shown once, in order", async () => {
  const { browser, tab, gateway, chat } = await chatting();
  let count = 0;
  gateway.fault = (call) => (call === "events" && count++ % 3 < 2 ? "unheard" : "");
  for (let i = 0; i < 10; i++) {
    gateway.answerWith(chat, `${i}`);
    await browser.pass(2000);
  }
  await browser.pass(2 * MINUTE);
  assert.deepEqual(tab.texts.slice(1), ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  assert.equal(new Set(chat.delivered).size, 10);
});

test("a poll that nobody answers is given up after 35 seconds", async () => {
  const { browser, gateway } = await chatting();
  await browser.pass(30000);
  const answered = gateway.delay;
  gateway.delay = () => 1e9;
  await browser.pass(26000);
  const hanging = gateway.made("events").at(-1).at;
  gateway.delay = answered;
  await browser.pass(37000);
  const next = gateway.made("events").find(({ at }) => at > hanging).at;
  assert.ok(next - hanging >= 35000 && next - hanging < 37000);
});

test("hidden for five minutes, the page asks once a minute; when it is looked at again, at once", async () => {
  const { browser, tab, gateway, chat } = await chatting();
  tab.show(false);
  await browser.pass(6 * MINUTE);
  const before = gateway.made("events").length;
  await browser.pass(20 * MINUTE);
  const asked = gateway.made("events").length - before;
  assert.ok(asked >= 18 && asked <= 22, `${asked} requests`);
  await browser.pass(1000);
  gateway.answerWith(chat, "Noch da?");
  tab.show(true);
  await browser.pass(200);
  assert.deepEqual(tab.texts, ["Guten Tag", "Noch da?"]);
});

test("a newer poll elsewhere is left alone for half a minute", async () => {
  const { browser, gateway, chat } = await chatting();
  await browser.pass(1000);
  const { key } = gateway.made("events").at(-1).request;
  gateway.events({ key, wait: 25 }, new AbortController().signal);
  const before = gateway.made("events").length;
  await browser.pass(26000);
  assert.equal(gateway.made("events").length, before);
  await browser.pass(10000);
  assert.equal(gateway.made("events").length, before + 1);
  assert.ok(chat);
});

test("'seen' and 'read' follow what is in view", async () => {
  const { browser, tab, gateway, chat } = await chatting();
  const first = gateway.answerWith(chat, "eins");
  await browser.pass(500);
  assert.deepEqual([tab.chat.state.unread, chat.seen], [1, []]);
  tab.chat.shown(true);
  await browser.pass(500);
  assert.deepEqual([tab.chat.state.unread, chat.seen], [0, [first]]);
  const second = gateway.answerWith(chat, "zwei");
  gateway.say(chat, { type: "seen" });
  await browser.pass(500);
  assert.deepEqual([tab.chat.state.unread, chat.seen, tab.fates], [0, [first, second], ["read"]]);
});

test("typing is shown for six seconds, or until the message comes", async () => {
  const { browser, tab, gateway, chat } = await chatting();
  const typing = async (ms) => (await browser.pass(ms), tab.chat.state.typing);
  gateway.say(chat, { type: "typing" });
  assert.deepEqual([await typing(100), await typing(5500), await typing(1000)], [true, true, false]);
  await browser.pass(1000);
  gateway.say(chat, { type: "typing" });
  assert.equal(await typing(1500), true);
  gateway.answerWith(chat, "So.");
  assert.equal(await typing(500), false);
});

test("after 'closed' the next message goes on with the same conversation", async () => {
  const { browser, tab, gateway, chat } = await chatting();
  gateway.say(chat, { type: "closed", by: "crm" });
  await browser.pass(500);
  assert.deepEqual([tab.chat.state.ended, tab.chat.state.started], [true, true]);
  tab.chat.send("Doch noch etwas");
  await browser.pass(1000);
  assert.equal(tab.chat.state.ended, false);
  assert.deepEqual(chat.messages.map(({ text }) => text), ["Guten Tag", "Doch noch etwas"]);
});

test("a conversation that the gateway knows no more stays on the screen until the page is left", async () => {
  const { browser, tab, gateway } = await chatting({ config: { identify: "on" } });
  gateway.over.add([...gateway.conversations.keys()][0]);
  await browser.pass(MINUTE);
  assert.deepEqual([tab.texts, tab.chat.state.ended, browser.local.size, browser.cookies.size], [["Guten Tag"], true, 0, 0]);
  tab.chat.send("Neu");
  await browser.pass(5000);
  assert.deepEqual([tab.texts, tab.chat.state.ended, gateway.conversations.size], [["Guten Tag", "Neu"], false, 2]);
  tab.reload();
  await browser.pass(1000);
  assert.deepEqual(tab.texts, ["Neu"]);
});

test("answers that cannot be read are no answers", async () => {
  const { browser, tab, gateway, chat } = await chatting();
  gateway.fault = () => 200;
  gateway.answerWith(chat, "eins");
  tab.chat.send("zwei");
  await browser.pass(MINUTE);
  gateway.fault = () => "";
  await browser.pass(MINUTE);
  assert.deepEqual([tab.texts, tab.fates], [["Guten Tag", "zwei", "eins"], ["sent", "sent"]]);
  assert.deepEqual(browser.errors, []);
});
