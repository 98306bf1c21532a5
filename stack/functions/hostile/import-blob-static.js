// A module from a blob imports a file statically.
// expect: held
exports.default = async (ctx) => {
  try {
    const source = `import text from 'file://${ctx.input.canary}' with { type: 'text' }; export default text;`;
    const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    return (await new Function('path', 'return import(path)')(address)).default;
  } catch {
    return 'held';
  }
};
