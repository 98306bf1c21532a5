// Tells a secret to a name server.
// expect: held
exports.default = async (ctx) => {
  try {
    return await Deno.resolveDns('secret.example.com', 'A');
  } catch {
    return 'held';
  }
};
