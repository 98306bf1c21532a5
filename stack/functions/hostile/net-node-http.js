// Requests by the API of Node.
// expect: held
exports.default = async (ctx) => {
  try {
    return await new Promise((resolve, reject) => {
      process.getBuiltinModule('node:http').get(ctx.input.server, resolve).on('error', reject);
    }).then(() => 'answered');
  } catch {
    return 'held';
  }
};
