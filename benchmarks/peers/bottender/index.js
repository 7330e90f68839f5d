// The least a bot can do: nothing. For the conformance table it writes down what it was handed.
const fs = require('fs');
const { RECEIVED } = process.env;

module.exports = async function take(context) {
  if (RECEIVED && context.event.isText) fs.appendFileSync(RECEIVED, context.event.text + '\n');
};
