// Kills the host by the API of Node.
// expect: held
exports.default = async (ctx) => {
  try {
    process.kill(process.ppid, 'SIGKILL');
    return 'killed';
  } catch {
    return 'held';
  }
};
