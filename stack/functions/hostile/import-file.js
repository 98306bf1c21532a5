// Imports a file of the machine as text.
// expect: held
exports.default = async (ctx) => {
  try {
    const load = new Function('path', 'return import(path, { with: { type: "text" } })');
    return (await load(`file://${ctx.input.canary}`)).default;
  } catch {
    return 'held';
  }
};
