// Prints without end.
// expect: function_output_limit
exports.default = async (ctx) => {
  for (;;) console.log('x'.repeat(1000));
};
