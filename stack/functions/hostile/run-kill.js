// Kills the host.
// expect: held
exports.default = async (ctx) => {
  try {
    Deno.kill(Deno.ppid, 'SIGKILL');
    return 'killed';
  } catch {
    return 'held';
  }
};
