// Makes a second name for a file of the machine.
// expect: held
exports.default = async (ctx) => {
  try {
    Deno.linkSync(ctx.input.canary, 'link');
    return Deno.readTextFileSync('link');
  } catch {
    return 'held';
  }
};
