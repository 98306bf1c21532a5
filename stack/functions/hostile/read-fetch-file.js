// Fetches a file address.
// expect: held
exports.default = async (ctx) => {
  try {
    return await (await fetch(`file://${ctx.input.canary}`)).text();
  } catch {
    return 'held';
  }
};
