// Asks who it runs as.
// expect: held
exports.default = async (ctx) => {
  try {
    return [Deno.uid(), Deno.gid()];
  } catch {
    return 'held';
  }
};
