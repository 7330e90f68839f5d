// bottender's documented custom server, here because its own one listens on every network interface.
const { bottender } = require('bottender');
const express = require('express');

const keepRawBody = { verify: (request, _response, body) => (request.rawBody = body.toString()) };
const bot = bottender({ dev: false });

bot.prepare().then(() => {
  const server = express();
  server.use(express.json(keepRawBody));
  server.all('*', bot.getRequestHandler());
  const listener = server.listen(0, '127.0.0.1', () => {
    console.log(JSON.stringify({ port: listener.address().port, path: '/webhook' }));
  });
});

// The bot ends with the program that started it.
process.stdin.resume().on('end', () => process.exit());
