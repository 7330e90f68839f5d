// A botkit bot behind the Facebook adapter. `api_host` is the adapter's option for another Graph API; it puts
// https:// in front of it. The web server is our own, because botkit's own one listens on every network interface.
const { Botkit } = require('botkit');
const { FacebookAdapter } = require('botbuilder-adapter-facebook');
const express = require('express');

const { SANDBOX, APP_SECRET, PAGE_TOKEN, VERIFY_TOKEN } = process.env;
const keepRawBody = { verify: (request, _response, body) => (request.rawBody = body.toString()) };

const webserver = express();
webserver.use(express.json(keepRawBody));

const bot = new Botkit({
  webserver,
  webhook_uri: '/webhook',
  disable_console: true,
  adapter: new FacebookAdapter({
    api_host: new URL(SANDBOX).host,
    app_secret: APP_SECRET,
    access_token: PAGE_TOKEN,
    verify_token: VERIFY_TOKEN,
  }),
});

bot.on('message', async (worker, message) => {
  const customer = await worker.api.callAPI(`/${message.user}`, 'GET', { fields: 'first_name' });
  await worker.reply(message, `${customer.first_name}: ${message.text}`);
});

bot.ready(() => {
  const listener = webserver.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ port: listener.address().port, path: '/webhook' }));
  });
});

// The bot ends with the program that started it.
process.stdin.resume().on('end', () => process.exit());
