/**
 * A gateway by the contract of the visitor's calls, in memory. It believes nothing: what breaks the contract is in
 * `complaints`. `fault(call)` decides what becomes of a request: "" (answered), "unsent" (never arrives), "unheard" (the
 * answer is lost), or a status with `retryAfter` (s).
 */
import { createHash } from "node:crypto";

const ID = /^[0-9a-f]{11}-[0-9a-f]{32}$/;
const ANSWERS = { 403: "ticket_needed", 409: "poll_replaced", 410: "conversation_over" };

export class Gateway {
  constructor(clock) {
    Object.assign(this, { clock, calls: [], complaints: [], conversations: new Map(), over: new Set(), tickets: new Map() });
    Object.assign(this, { available: true, bits: 0, ahead: 0, fault: () => "", retryAfter: 0, delay: () => 20, count: 0 });
  }

  /** Like fetch: rejects where no answer comes. */
  fetch(url, { method, body, signal, ...options }) {
    const call = new URL(url).pathname.split("/").pop();
    const request = body ? JSON.parse(body) : null;
    this.calls.push({ call, request, at: this.clock.now });
    if ((method === "POST") !== (call !== "status")) this.complaints.push(`${method} ${call}`);
    if (options.credentials !== "omit" || options.headers) this.complaints.push("not a simple request");
    const fault = this.fault(call, request);
    return new Promise((resolve, reject) => {
      const gone = () => reject(Object.assign(new Error("aborted"), { name: "AbortError" }));
      if (signal.aborted) return gone();
      signal.addEventListener("abort", gone);
      const lost = () => reject(new TypeError("Failed to fetch"));
      this.clock.after(this.delay(), async () => {
        if (fault === "unsent") return lost();
        const [status, answer, retryAfter] = typeof fault === "number"
          ? [fault, { code: ANSWERS[fault] }, this.retryAfter]
          : await this.answer(call, request, signal);
        this.clock.after(this.delay(), () => (fault === "unheard" ? lost() : resolve(response(status, answer, retryAfter))));
      });
    });
  }

  get time() {
    return Math.floor(this.clock.now) + this.ahead;
  }

  answer(call, request, signal) {
    if (call === "status") return [200, { available: this.available, version: 1 }];
    if (call === "ticket") return this.ticket();
    if (call === "messages") return this.message(request);
    if (call === "close") return this.over.add(visitorOf(request.key)), [204];
    return this.events(request, signal);
  }

  ticket() {
    const ticket = `ticket-${++this.count}`;
    this.tickets.set(ticket, { time: this.time, bits: this.bits });
    return [200, { ticket, time: this.time, bits: this.bits }];
  }

  message({ id, text, key, ticket, work, names, keeps }) {
    if (!ID.test(id) || typeof text !== "string" || typeof keeps !== "boolean") this.complaints.push(`message ${id}`);
    const time = parseInt(id, 16);
    if (!text || time > this.time + 600000 || time < this.time - 6 * 86400000) return [400, { code: "request_invalid" }];
    if (key ? ticket || names : !ticket) this.complaints.push("ticket or names with a key, or neither");
    if (!key && !this.isGood(ticket, work)) return [403, { code: "ticket_needed" }];
    const visitor = key ? visitorOf(key) : id;
    if (this.over.has(visitor)) return [410, { code: "conversation_over" }];
    const chat = this.conversation(visitor);
    const known = chat.messages.find((message) => message.id === id);
    if (known && known.text !== text) return [409, { code: "message_id_reused" }];
    if (!known) chat.messages.push({ id, text, names, keeps, time: this.time });
    return [known ? 200 : 201, { key: `${visitor}|${++this.count}`, time: (known || chat.messages.at(-1)).time, available: this.available }];
  }

  isGood(ticket, work) {
    const made = this.tickets.get(ticket);
    const age = made && this.time - made.time;
    if (!made || age < 2000 || age > 7200000) return false;
    const hash = createHash("sha256").update(`${ticket}:${work}`).digest();
    return !made.bits || Math.clz32(hash.readUInt32BE()) >= made.bits;
  }

  conversation(visitor) {
    if (!this.conversations.has(visitor)) this.conversations.set(visitor, { messages: [], answers: [], sequence: 0, delivered: [], seen: [] });
    return this.conversations.get(visitor);
  }

  events({ key, after, wait, seen }, signal) {
    if (this.over.has(visitorOf(key))) return [410, { code: "conversation_over" }];
    const chat = this.conversation(visitorOf(key));
    chat.poll?.([409, { code: "poll_replaced" }]);
    if (seen) chat.seen.push(seen);
    const acknowledged = Number(after || 0);
    for (const { event } of chat.answers.filter(({ number }) => number <= acknowledged)) if (event.id) chat.delivered.push(event.id);
    chat.answers = chat.answers.filter(({ number }) => number > acknowledged);
    if (chat.answers.length || !wait) return this.handOut(chat);
    return new Promise((resolve) => {
      const end = (answer) => {
        this.clock.cancel(timer);
        chat.poll = null;
        resolve(answer || this.handOut(chat));
      };
      const timer = this.clock.after(wait * 1000, () => end());
      chat.poll = end;
      signal.addEventListener("abort", () => chat.poll === end && end([499]));
    });
  }

  handOut(chat) {
    const cursor = String(chat.answers.at(-1)?.number ?? chat.sequence);
    return [200, { events: chat.answers.map(({ event }) => event), cursor, available: this.available, version: 1 }];
  }

  /** The CRM's side: an event for a conversation's browser. */
  say(chat, event) {
    chat.answers.push({ number: ++chat.sequence, event: { time: this.time, ...event } });
    chat.poll?.();
  }

  answerWith(chat, text) {
    const id = `answer-${++this.count}`;
    this.say(chat, { type: "message", id, text });
    return id;
  }

  /** The one conversation that there is. */
  get chat() {
    const [chat] = this.conversations.values();
    return chat;
  }

  made(call) {
    return this.calls.filter((each) => each.call === call);
  }
}

const visitorOf = (key) => key.split("|")[0];

function response(status, body, retryAfter) {
  return {
    status,
    ok: status < 300,
    headers: { get: (name) => (name === "Retry-After" && retryAfter ? String(retryAfter) : null) },
    json: async () => JSON.parse(body === undefined ? "" : JSON.stringify(body)),
  };
}
