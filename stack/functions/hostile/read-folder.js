// Lists a folder of the machine.
// expect: held
exports.default = async (ctx) => {
  try {
    return [...Deno.readDirSync('/')].map((entry) => entry.name);
  } catch {
    return 'held';
  }
};
