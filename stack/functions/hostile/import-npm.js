// Imports a package from npm.
// expect: held
exports.default = async (ctx) => {
  try {
    return await new Function('return import("npm:left-pad")')();
  } catch {
    return 'held';
  }
};
