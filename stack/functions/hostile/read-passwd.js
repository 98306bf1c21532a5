// Reads a file of the machine.
// expect: held
exports.default = async (ctx) => {
  try {
    return Deno.readTextFileSync('/etc/passwd');
  } catch {
    return 'held';
  }
};
