// Moves a file of the machine into the scratch directory.
// expect: held
exports.default = async (ctx) => {
  try {
    Deno.renameSync(ctx.input.canary, 'moved');
    return Deno.readTextFileSync('moved');
  } catch {
    return 'held';
  }
};
