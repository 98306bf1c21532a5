// A promise that nobody waits for rejects.
// expect: function_error
exports.default = async (ctx) => {
  Promise.reject(new Error('nobody waits'));
  await new Promise(() => {});
};
