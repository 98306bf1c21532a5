// Emits too many small records.
// expect: function_output_limit
exports.default = async (ctx) => {
  for (let id = 0; ; id += 1) ctx.emit('sale', { id });
};
