// Starves every other task.
// expect: function_timeout
exports.default = async (ctx) => {
  for (;;) await null;
};
