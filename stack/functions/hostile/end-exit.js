// Ends its process as if all were well.
// expect: function_error
exports.default = async (ctx) => {
  Deno.exit(0);
};
