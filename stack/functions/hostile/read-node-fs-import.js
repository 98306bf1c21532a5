// Reads a file by an imported API of Node.
// expect: held
exports.default = async (ctx) => {
  try {
    const load = new Function('return import("node:fs")');
    return (await load()).readFileSync(ctx.input.canary, 'utf8');
  } catch {
    return 'held';
  }
};
