// Runs a program by the API of Node.
// expect: held
exports.default = async (ctx) => {
  try {
    return process.getBuiltinModule('node:child_process').execFileSync('/bin/id').toString();
  } catch {
    return 'held';
  }
};
