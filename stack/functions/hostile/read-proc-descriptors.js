// Opens its own descriptors by name.
// expect: held
exports.default = async (ctx) => {
  try {
    return Deno.readTextFileSync('/proc/self/fd/0') + Deno.readTextFileSync('/dev/fd/0');
  } catch {
    return 'held';
  }
};
