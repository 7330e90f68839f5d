/** All tabs of a browser have one conversation, and one of them at a time talks to the gateway. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Browser } from "./browser.js";

const MINUTE = 60000;
const stored = ({ gateway }) => [...gateway.conversations.values()].flatMap(({ messages }) => messages.map(({ text }) => text));

async function chatting(options) {
  const browser = new Browser(options);
  const first = browser.open();
  first.chat.send("eins");
  await browser.pass(5000);
  return { browser, first, gateway: browser.gateway };
}

for (const without of [[], ["storage"], ["locks"]])
  test(`a tab opened later has the conversation (without: ${without.join() || "nothing"})`, async () => {
    const { browser, first, gateway } = await chatting({ without });
    first.show(false);
    const second = browser.open();
    await browser.pass(1000);
    assert.deepEqual(second.texts, ["eins"]);
    second.chat.send("zwei");
    await browser.pass(1000);
    gateway.answerWith(gateway.chat, "drei");
    await browser.pass(90000);
    for (const tab of [first, second]) assert.deepEqual([tab.texts, tab.fates], [["eins", "zwei", "drei"], ["sent", "sent"]]);
    assert.deepEqual([stored(browser), browser.errors], [["eins", "zwei"], []]);
  });

test("the tab that is looked at leads; a message of another goes through it", async () => {
  const { browser, first, gateway } = await chatting();
  const second = browser.open();
  await browser.pass(100);
  assert.deepEqual([first.chat.state.leads, second.chat.state.leads], [false, true]);
  first.chat.send("zwei");
  await browser.pass(1000);
  assert.deepEqual([stored(browser), first.fates], [["eins", "zwei"], ["sent", "sent"]]);
  first.show(true);
  await browser.pass(100);
  assert.deepEqual([first.chat.state.leads, second.chat.state.leads], [true, false]);
  assert.deepEqual(gateway.complaints, []);
});

test("when the leading tab is killed the next goes on", async () => {
  const { browser, first, gateway } = await chatting();
  const second = browser.open({ visible: false });
  await browser.pass(100);
  assert.equal(second.chat.state.leads, false);
  gateway.fault = () => "unheard";
  first.chat.send("zwei");
  await browser.pass(50);
  first.kill();
  gateway.fault = () => "";
  gateway.answerWith(gateway.chat, "drei");
  await browser.pass(MINUTE);
  assert.deepEqual([second.chat.state.leads, second.texts, stored(browser)], [true, ["eins", "zwei", "drei"], ["eins", "zwei"]]);
});

test("the tab in front is served although the leading one was frozen", async () => {
  const { browser, first } = await chatting();
  const second = browser.open({ visible: false });
  await browser.pass(100);
  first.show(false);
  first.alive = false; // hears nothing, not even that its lock is gone
  second.show(true);
  second.chat.send("zwei");
  await browser.pass(1000);
  assert.deepEqual(second.fates, ["sent", "sent"]);
});

test("a duplicated tab and a restored one add nothing twice", async () => {
  const { browser, first, gateway } = await chatting();
  gateway.fault = () => "unheard";
  first.chat.send("zwei");
  await browser.pass(500);
  const second = first.duplicate();
  await browser.pass(500);
  gateway.fault = () => "";
  first.kill();
  await browser.pass(MINUTE);
  const third = browser.open({ session: first.session });
  gateway.answerWith(gateway.chat, "drei");
  await browser.pass(MINUTE);
  for (const tab of [second, third]) assert.deepEqual(tab.texts, ["eins", "zwei", "drei"]);
  assert.deepEqual(stored(browser), ["eins", "zwei"]);
});

test("a tab restored with an older conversation comes to the present one", async () => {
  const { browser, first, gateway } = await chatting();
  const session = new Map(first.session);
  first.chat.end();
  first.chat.send("neu");
  await browser.pass(5000);
  const restored = browser.open({ session });
  await browser.pass(1000);
  restored.chat.send("weiter");
  await browser.pass(1000);
  assert.deepEqual([...gateway.conversations.values()].map(({ messages }) => messages.map(({ text }) => text)), [["eins"], ["neu", "weiter"]]);
  assert.deepEqual(first.texts, ["eins", "neu", "weiter"]);
});

test("'end', 'forget' and consent count in all tabs", async () => {
  const { browser, first, gateway } = await chatting({ config: { identify: "consent" } });
  const second = browser.open();
  await browser.pass(100);
  first.chat.consent(true);
  await browser.pass(100);
  assert.deepEqual([browser.local.size, first.session.size, second.session.size], [1, 0, 0]);
  first.chat.forget();
  await browser.pass(1000);
  assert.deepEqual([first.texts, second.texts, gateway.over.size, browser.local.size, browser.cookies.size], [[], [], 1, 0, 0]);
  await browser.pass(10 * MINUTE);
  assert.deepEqual([first.texts, second.texts, browser.local.size], [[], [], 0]);
});

test("an answer that is in one tab's view is unread in none", async () => {
  const { browser, first, gateway } = await chatting();
  const second = browser.open();
  await browser.pass(100);
  first.chat.shown(true);
  const id = gateway.answerWith(gateway.chat, "zwei");
  await browser.pass(500);
  assert.deepEqual([first.chat.state.unread, second.chat.state.unread, gateway.chat.seen], [0, 0, [id]]);
});

test("a failed message is sent again from any tab", async () => {
  const { browser, first, gateway } = await chatting();
  gateway.fault = (call) => (call === "messages" ? 400 : "");
  first.chat.send("zwei");
  await browser.pass(1000);
  gateway.fault = () => "";
  const second = browser.open();
  await browser.pass(100);
  first.chat.again(first.chat.state.messages[1].id);
  await browser.pass(1000);
  assert.deepEqual([first.fates, second.fates, stored(browser)], [["sent", "sent"], ["sent", "sent"], ["eins", "zwei"]]);
});
