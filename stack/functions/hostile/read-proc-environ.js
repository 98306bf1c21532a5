// Reads the environment of its process from /proc.
// expect: held
exports.default = async (ctx) => {
  try {
    return Deno.readTextFileSync('/proc/self/environ');
  } catch {
    return 'held';
  }
};
