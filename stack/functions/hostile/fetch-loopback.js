// Fetches a service of the machine through the broker.
// expect: held
exports.default = async (ctx) => {
  try {
    return await (await ctx.fetch(ctx.input.server)).text();
  } catch {
    return 'held';
  }
};
