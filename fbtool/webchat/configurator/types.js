/**
 * What the configurator's modules tell each other. Only types.
 *
 * @typedef {{seconds: number, text: string}} AutoReply
 *
 * @typedef {object} Settings  as `GET /v1/webchat/settings` has them
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
 * @property {AutoReply[]} auto_replies
 * @property {boolean} also_offline
 * @property {boolean} tell_ip
 * @property {string[]} origins
 *
 * @typedef {keyof Settings} Field
 *
 * @typedef {object} Saved  an account with its settings
 * @property {{id: string, name: string, channel: string, active: boolean, greeting: string, available: boolean,
 *   has_picture: boolean}} account
 * @property {number} version
 * @property {Settings} settings
 * @property {string[]} origins_seen
 * @property {string} cookie
 * @property {{file: string, integrity: string}} fixed
 * @property {{live: string, fixed: string}} snippets
 *
 * @typedef {object} Problem  of the gateway (RFC 9457); `status` 0: it did not answer
 * @property {number} status
 * @property {string} code
 * @property {string} title
 * @property {string} detail
 * @property {string} remedy
 * @property {string} [field]
 *
 * @typedef {{input: string, text: string}} Mistake  `input`: the id of the element to be corrected
 */
export {};
