// Copies a file of the machine into the scratch directory.
// expect: held
exports.default = async (ctx) => {
  try {
    Deno.copyFileSync(ctx.input.canary, 'copy');
    return Deno.readTextFileSync('copy');
  } catch {
    return 'held';
  }
};
