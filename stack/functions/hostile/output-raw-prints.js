// Prints short lines without end, past the capture.
// expect: function_output_limit
exports.default = async (ctx) => {
  const raw = Deno.stdout.constructor.prototype.writeSync.bind(Deno.stdout);
  const write = (text) => raw(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  const chunk = 'x\n'.repeat(30_000);
  for (;;) write(chunk);
};
