// Reads memory of its process from /proc.
// expect: held
exports.default = async (ctx) => {
  try {
    return Deno.openSync('/proc/self/mem').rid;
  } catch {
    return 'held';
  }
};
