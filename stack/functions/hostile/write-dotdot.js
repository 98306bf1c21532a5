// Writes beside the scratch directory.
// expect: held
exports.default = async (ctx) => {
  try {
    Deno.writeTextFileSync('../written', 'x');
    return 'written';
  } catch {
    return 'held';
  }
};
