// Loads a native addon.
// expect: held
exports.default = async (ctx) => {
  try {
    return process.getBuiltinModule('node:module').createRequire('file:///')('/usr/lib/x.node');
  } catch {
    return 'held';
  }
};
