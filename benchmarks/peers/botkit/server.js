// A botkit bot behind the Facebook adapter that does the least a bot can do: nothing. For the conformance table it
// writes down what it was handed. The web server is our own, because botkit's one listens on every interface.
const fs = require('fs');
const { Botkit } = require('botkit');
const { FacebookAdapter } = require('botbuilder-adapter-facebook');
const express = require('express');

const { APP_SECRET, PAGE_TOKEN, VERIFY_TOKEN, RECEIVED } = process.env;
const keepRawBody = { limit: '10mb', verify: (request, _response, body) => (request.rawBody = body.toString()) };

const webserver = express();
webserver.use(express.json(keepRawBody));

const bot = new Botkit({
  webserver,
  webhook_uri: '/webhook',
  disable_console: true,
  adapter: new FacebookAdapter({ app_secret: APP_SECRET, access_token: PAGE_TOKEN, verify_token: VERIFY_TOKEN }),
});

bot.on('message', async (_worker, message) => {
  if (RECEIVED && message.text) fs.appendFileSync(RECEIVED, message.text + '\n');
});

bot.ready(() => {
  const listener = webserver.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ port: listener.address().port, path: '/webhook' }));
  });
});

// The bot ends with the program that started it.
process.stdin.resume().on('end', () => process.exit());
