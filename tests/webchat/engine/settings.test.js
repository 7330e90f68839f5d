/** The fixed version asks for its settings. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchSettings } from "../../../fbtool/webchat/widget/fetched_settings.js";

test("a problem of the gateway is not taken for settings", async () => {
  const answers = [[200, { account: "ABCDEFGHIJ" }], [404, { code: "not_found" }]];
  globalThis.fetch = async () => {
    const [status, body] = answers.shift();
    return new Response(JSON.stringify(body), { status });
  };
  assert.deepEqual(await fetchSettings("https://gw.example/webchat/ABCDEFGHIJ"), { account: "ABCDEFGHIJ" });
  await assert.rejects(fetchSettings("https://gw.example/webchat/ABCDEFGHIJ"), (problem) => problem === 404);
});
