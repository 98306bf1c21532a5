// Reads the environment of the host from /proc.
// expect: held
exports.default = async (ctx) => {
  try {
    return Deno.readTextFileSync(`/proc/${Deno.ppid}/environ`);
  } catch {
    return 'held';
  }
};
