// Opens a key-value store.
// expect: held
exports.default = async (ctx) => {
  try {
    return await Deno.openKv('/tmp/middle-hostile.db');
  } catch {
    return 'held';
  }
};
