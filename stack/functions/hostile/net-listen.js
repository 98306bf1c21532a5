// Listens.
// expect: held
exports.default = async (ctx) => {
  try {
    return Deno.listen({ port: 0 }).addr;
  } catch {
    return 'held';
  }
};
