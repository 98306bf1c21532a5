// Fills the scratch directory with empty files.
// expect: function_output_limit
exports.default = async (ctx) => {
  for (let count = 0; ; count += 1) Deno.writeTextFileSync(`file-${count}`, '');
};
