// Writes a line without an end.
// expect: function_protocol
exports.default = async (ctx) => {
  const raw = Deno.stdout.constructor.prototype.writeSync.bind(Deno.stdout);
  const write = (text) => raw(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  const chunk = 'x'.repeat(60_000);
  for (;;) write(chunk);
};
