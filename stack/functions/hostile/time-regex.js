// A regular expression that backtracks for ever.
// expect: function_timeout
exports.default = async (ctx) => {
  return /^(a+)+$/.test(`${'a'.repeat(50)}b`);
};
