// A module written to the scratch directory imports a file statically.
// expect: held
exports.default = async (ctx) => {
  try {
    const source = `import text from 'file://${ctx.input.canary}' with { type: 'text' }; export default text;`;
    const path = `${Deno.cwd()}/module.mjs`;
    Deno.writeTextFileSync(path, source);
    return (await new Function('path', 'return import(path)')(`file://${path}`)).default;
  } catch {
    return 'held';
  }
};
