// Links a file of the machine into the scratch directory.
// expect: held
exports.default = async (ctx) => {
  try {
    Deno.symlinkSync(ctx.input.canary, 'link');
    return Deno.readTextFileSync('link');
  } catch {
    return 'held';
  }
};
