// Prints to stderr without end.
// expect: function_timeout
exports.default = async (ctx) => {
  const chunk = new TextEncoder().encode('x\n'.repeat(30_000));
  for (;;) Deno.stderr.writeSync(chunk);
};
