// A result that is too long.
// expect: function_error
exports.default = async (ctx) => {
  return 'x'.repeat(1_000_000);
};
