// Asks for the name of the machine.
// expect: held
exports.default = async (ctx) => {
  try {
    return Deno.hostname();
  } catch {
    return 'held';
  }
};
