// Imports a JSON file of the machine.
// expect: held
exports.default = async (ctx) => {
  try {
    const load = new Function('path', 'return import(path, { with: { type: "json" } })');
    return (await load(`file://${ctx.input.canaryJson}`)).default;
  } catch {
    return 'held';
  }
};
