// Fills the scratch directory with one file.
// expect: function_output_limit
exports.default = async (ctx) => {
  const file = Deno.openSync('big', { create: true, write: true });
  for (;;) file.writeSync(new Uint8Array(1e6));
};
