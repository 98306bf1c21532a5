// Reads a file by the API of Node.
// expect: held
exports.default = async (ctx) => {
  try {
    return process.getBuiltinModule('node:fs').readFileSync(ctx.input.canary, 'utf8');
  } catch {
    return 'held';
  }
};
