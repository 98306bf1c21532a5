// Removes a file of the platform.
// expect: held
exports.default = async (ctx) => {
  try {
    Deno.removeSync(ctx.input.canary);
    return 'removed';
  } catch {
    return 'held';
  }
};
