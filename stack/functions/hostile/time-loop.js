// Never gives back control.
// expect: function_timeout
exports.default = async (ctx) => {
  for (;;);
};
