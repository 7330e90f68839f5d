/**
 * Many browsers, each with a random history of lost answers, errors, reloads, second tabs and killed leaders. At the end
 * the network is well for some minutes; then every message is stored once and in order, and every answer is on every
 * screen once and in order.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Browser } from "./browser.js";

const RUNS = Number(process.env.RUNS || 40);
const KINDS = [
  { config: { identify: "off" } },
  { config: { identify: "on" } },
  { config: { identify: "consent" } },
  { config: { identify: "on" }, protocol: "http:", without: ["locks"] },
  { config: { identify: "off" }, protocol: "http:", without: ["locks"] },
];

async function history(seed, kind) {
  const browser = new Browser({ seed, ...kind });
  const { gateway, random } = browser;
  const below = (n) => Math.floor(random() * n);
  const any = (list) => list[below(list.length)];
  const said = [];
  const answered = [];
  let trouble = 0;
  gateway.delay = () => below(400);
  gateway.fault = (call) => {
    if (random() >= trouble || call === "status") return "";
    gateway.retryAfter = below(2) * below(20);
    return any(["unsent", "unheard", "unheard", 503, 429, 403]) === 403 && call === "messages" ? "unheard" : any(["unsent", "unheard", 503, 429]);
  };
  gateway.ahead = (below(3) - 1) * 240000;
  browser.open();

  const actions = [
    () => {
      const tab = any(browser.tabs);
      said.push({ tab, text: `Frage ${said.length}` });
      tab.chat.send(said.at(-1).text);
    },
    () => gateway.conversations.size && answered.push(gateway.answerWith(gateway.chat, `Antwort ${answered.length}`)),
    () => gateway.conversations.size && gateway.say(gateway.chat, { type: any(["seen", "typing", "closed"]) }),
    () => any(browser.tabs).reload(),
    () => browser.tabs.length < 4 && browser.open({ visible: random() < 0.5 }),
    () => browser.tabs.length < 4 && any(browser.tabs).duplicate(),
    () => browser.tabs.length > 1 && any(browser.tabs).kill(),
    () => any(browser.tabs).show(random() < 0.5),
    () => any(browser.tabs).fire(any(["online", "offline"])),
    () => any(browser.tabs).chat.shown(random() < 0.5),
    () => any(browser.tabs).chat.opened(),
    () => any(browser.tabs).chat.consent(random() < 0.5),
    () => (trouble = any([0, 0.3, 0.6, 1])),
  ];
  // The first message alone: without any conversation, two tabs may begin two.
  actions[0]();
  await browser.pass(10000 + below(10000));
  for (let step = 0; step < 40; step++) {
    any(actions)();
    await browser.pass(any([5, 50, 500, 5000, 60000]));
  }
  trouble = 0;
  for (const tab of browser.tabs) tab.show(true);
  await browser.pass(8 * 60000);
  return { browser, gateway, said, answered };
}

function busiestSecond(calls) {
  const seconds = new Map();
  for (const { at } of calls) seconds.set(Math.floor(at / 1000), (seconds.get(Math.floor(at / 1000)) || 0) + 1);
  return Math.max(...seconds.values());
}

for (const kind of KINDS)
  test(`${RUNS} random histories: ${JSON.stringify(kind)}`, async () => {
    for (let seed = Number(process.env.SEED || 1); seed <= RUNS; seed++) {
      const { browser, gateway, said, answered } = await history(seed, kind);
      const where = `seed ${seed}`;
      assert.deepEqual([browser.errors, gateway.complaints], [[], []], where);
      assert.equal(gateway.conversations.size, 1, where);
      assert.ok(busiestSecond(gateway.calls) < 40, where);
      const stored = gateway.chat.messages.map(({ text }) => text);
      assert.deepEqual([...stored].sort(), said.map(({ text }) => text).sort(), where);
      for (const tab of new Set(said.map((each) => each.tab))) {
        const own = said.filter((each) => each.tab === tab).map(({ text }) => text);
        assert.deepEqual(stored.filter((text) => own.includes(text)), own, where);
      }
      for (const tab of browser.tabs) {
        const { messages, connected } = tab.chat.state;
        assert.deepEqual(messages.filter(({ mine }) => !mine).map(({ id }) => id), answered, where);
        assert.deepEqual(messages.filter(({ mine }) => mine).map(({ text }) => text).sort(), [...stored].sort(), where);
        assert.ok(connected && tab.fates.every((fate) => fate === "sent" || fate === "read"), where);
      }
      assert.equal(new Set(gateway.chat.delivered).size, answered.length, where);
    }
  });
