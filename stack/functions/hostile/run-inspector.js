// Opens a debugger.
// expect: held
exports.default = async (ctx) => {
  try {
    process.getBuiltinModule('node:inspector').open(0, '127.0.0.1');
    return 'opened';
  } catch {
    return 'held';
  }
};
