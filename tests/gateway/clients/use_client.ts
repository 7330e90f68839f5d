// A CRM in TypeScript, with the types that openapi-typescript made of the contract: take an event, answer it.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Event = components["schemas"]["Event"];

const [gateway, token] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl: `${gateway}/v1`, headers: { Authorization: `Bearer ${token}` } });

const { data: batch } = await api.GET("/events", { params: { query: { wait: 20 } } });
const event: Event | undefined = batch?.events.find((one) => one.kind === "message");
if (!batch || !event) throw new Error("there is no message");

const { data: sent, response } = await api.POST("/messages", {
  params: { header: { "Idempotency-Key": event.id } },
  body: { conversation: event.conversation, text: "Gern!", human: true },
});

const { error: refused } = await api.POST("/messages", {
  params: { header: { "Idempotency-Key": `${event.id} again` } },
  // @ts-expect-error: who sends says whether a person wrote it
  body: { conversation: event.conversation, text: "Gern!" },
});

await api.GET("/events", { params: { query: { after: batch.cursor } } });

// New kinds and channels may come: the types leave room for them.
const tomorrow: Event = { ...event, kind: "dance", channel: "pigeon" };

console.log(JSON.stringify({ status: response.status, id: sent?.id, refused: refused?.code, kind: tomorrow.kind }));
