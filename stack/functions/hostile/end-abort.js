// Crashes its process.
// expect: function_error|function_lost
exports.default = async (ctx) => {
  process.abort();
};
