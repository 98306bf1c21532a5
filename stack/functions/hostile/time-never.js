// Waits for nothing.
// expect: function_timeout
exports.default = async (ctx) => {
  await new Promise(() => {});
};
