/**
 * What the engine and the view of the web chat tell each other. Only types: the joined file has nothing of this one.
 *
 * @typedef {"waiting"|"sending"|"sent"|"failed"|"read"} Fate
 *   What became of an own message. *waiting*: kept here, not tried yet. *sending*: being tried, or tried and soon again.
 *   *sent*: the gateway has it. *read*: an agent has seen it. *failed*: not sent. The engine goes on trying by itself
 *   unless the gateway refused the message for good; `again` is right in both cases.
 *
 * @typedef {{id: string, time: number, text: string, mine: boolean, fate?: Fate, name?: string, picture?: string,
 *   automatic?: string}} Message
 *   `id` never changes and is unique in the list. `time`: unix ms of the gateway's clock. `picture`: reference below
 *   `BASE/pictures/`. `automatic`: "greeting", "autoreply" or "other".
 *
 * @typedef {{available: boolean, connected: boolean, messages: Message[], typing: boolean, ended: boolean,
 *   unread: number, started: boolean, leads: boolean}} ChatState
 *   `messages` in the order in which to show them. `ended`: the conversation is over; writing begins again.
 *   `started`: there is a conversation, so names need not be asked. `unread`: answers that were in no tab's view.
 *   `leads`: this tab talks to the gateway for all tabs (a sound should play in this one only).
 *
 * @typedef {{first: string, last: string}} Names
 *
 * @typedef {object} Chat
 * @property {ChatState} state  a new object after each change
 * @property {(listener: () => void) => () => void} subscribe  calls after each change; answers how to stop that
 * @property {(text: string, names?: Names) => void} send  names count with the first message of a conversation only
 * @property {(id: string) => void} again  "Erneut senden" at a failed message
 * @property {() => void} opened  the panel was opened
 * @property {(visible: boolean) => void} shown  panel open and tab visible: what comes counts as seen
 * @property {() => void} end  "Chat beenden": what was said stays on the screen until the page is left
 * @property {() => void} forget  "Verlauf in diesem Browser löschen": the screen is emptied too
 * @property {(yes: boolean) => void} consent  the visitor allows or forbids keeping; counts only if `identify` is "consent"
 *
 * @typedef {object} Config  what the gateway writes in front of the widget
 * @property {string} account
 * @property {number} version
 * @property {boolean} available
 * @property {string} name
 * @property {boolean} has_picture
 * @property {"adapt"|"small"|"large"} size
 * @property {"right"|"left"} side
 * @property {"auto"|"light"|"dark"} theme
 * @property {string} color
 * @property {string} online_text
 * @property {string} offline_text
 * @property {string} heading
 * @property {boolean} agent_pictures
 * @property {"ask"|"require"|"no"} names
 * @property {boolean} keep_open
 * @property {"write"|"hide"} offline
 * @property {string} offline_note
 * @property {string} privacy_url
 * @property {"off"|"on"|"consent"} identify
 * @property {number} identify_days
 * @property {boolean} embed
 * @property {string} toggle_id
 * @property {string} status_id
 * @property {string} [domain]  widens the cookie (`data-domain`), for shops with and without "www."
 */
export {};
