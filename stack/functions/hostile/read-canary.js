// Reads a file that the platform could read.
// expect: held
exports.default = async (ctx) => {
  try {
    return Deno.readTextFileSync(ctx.input.canary);
  } catch {
    return 'held';
  }
};
