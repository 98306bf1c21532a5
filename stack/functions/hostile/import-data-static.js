// A module from a data address imports a file statically.
// expect: held
exports.default = async (ctx) => {
  try {
    const source = `import text from 'file://${ctx.input.canary}' with { type: 'text' }; export default text;`;
    const load = new Function('path', 'return import(path)');
    return (await load(`data:text/javascript,${encodeURIComponent(source)}`)).default;
  } catch {
    return 'held';
  }
};
