// Writes a loopback address in every odd way.
// expect: held
exports.default = async (ctx) => {
  const { port } = new URL(ctx.input.server);
  for (const host of [
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '0',
    'localhost',
    'localhost.',
    '127.0.0.1.nip.io',
    '①②⑦.0.0.1',
  ]) {
    for (const scheme of ['http', 'https']) {
      const answer = await ctx.fetch(`${scheme}://${host}:${port}/`).then(
        (response) => response.status,
        () => null,
      );
      if (answer !== null) return `${scheme}://${host} answered ${answer}`;
    }
  }
  return 'held';
};
