// Fills the scratch directory with many files.
// expect: function_output_limit
exports.default = async (ctx) => {
  for (let count = 0; ; count += 1) {
    Deno.writeFileSync(`file-${count}`, new Uint8Array(1e6));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};
