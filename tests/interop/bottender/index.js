// The bot: what bottender calls for every event.
module.exports = async function echo(context) {
  if (!context.event.isText || context.event.isEcho) return;
  await context.markSeen();
  await context.typingOn();
  const customer = await context.getUserProfile();
  await context.sendText(`${customer.firstName}: ${context.event.text}`);
};
