// Overwrites a file of the platform.
// expect: held
exports.default = async (ctx) => {
  try {
    Deno.writeTextFileSync(ctx.input.canary, 'x');
    return 'written';
  } catch {
    return 'held';
  }
};
