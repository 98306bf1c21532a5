// Opens a socket of the machine.
// expect: held
exports.default = async (ctx) => {
  try {
    return await Deno.connect({ transport: 'unix', path: '/var/run/docker.sock' });
  } catch {
    return 'held';
  }
};
