// Resolves a name by the API of Node.
// expect: held
exports.default = async (ctx) => {
  try {
    return await process.getBuiltinModule('node:dns').promises.lookup('secret.example.com');
  } catch {
    return 'held';
  }
};
