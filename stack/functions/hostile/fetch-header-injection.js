// Smuggles a second request into a header.
// expect: held
exports.default = async (ctx) => {
  try {
    return (await ctx.fetch(ctx.input.echo, { headers: { a: 'b\r\nHost: evil' } })).status;
  } catch {
    return 'held';
  }
};
