// A timer throws.
// expect: function_error
exports.default = async (ctx) => {
  setTimeout(() => {
    throw new Error('in a timer');
  });
  await new Promise(() => {});
};
