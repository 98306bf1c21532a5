// Asks for the network interfaces.
// expect: held
exports.default = async (ctx) => {
  try {
    return Deno.networkInterfaces();
  } catch {
    return 'held';
  }
};
