// Where bottender looks for its settings. `origin` is its documented option for another Graph API.
const { SANDBOX, APP_ID, APP_SECRET, PAGE_TOKEN, VERIFY_TOKEN } = process.env;

module.exports = {
  channels: {
    messenger: {
      enabled: true,
      path: '/webhook',
      origin: SANDBOX,
      appId: APP_ID,
      appSecret: APP_SECRET,
      accessToken: PAGE_TOKEN,
      verifyToken: VERIFY_TOKEN,
    },
  },
  session: { driver: 'memory' },
};
