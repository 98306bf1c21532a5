// An allowed host redirects to a service of the machine.
// expect: held
exports.default = async (ctx) => {
  try {
    return await (await ctx.fetch(ctx.input.redirector)).text();
  } catch {
    return 'held';
  }
};
