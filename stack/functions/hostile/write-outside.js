// Writes outside the scratch directory.
// expect: held
exports.default = async (ctx) => {
  try {
    Deno.writeTextFileSync(`${ctx.input.folder}/written`, 'x');
    return 'written';
  } catch {
    return 'held';
  }
};
