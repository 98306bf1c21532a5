// Leaves the scratch directory by its parent.
// expect: held
exports.default = async (ctx) => {
  try {
    return [...Deno.readDirSync('..')].map((entry) => entry.name);
  } catch {
    return 'held';
  }
};
