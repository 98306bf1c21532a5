// Runs a program.
// expect: held
exports.default = async (ctx) => {
  try {
    return new TextDecoder().decode(new Deno.Command('id').outputSync().stdout);
  } catch {
    return 'held';
  }
};
