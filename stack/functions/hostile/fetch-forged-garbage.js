// Writes a request line that is deep garbage.
// expect: function_protocol
exports.default = async (ctx) => {
  const raw = Deno.stdout.constructor.prototype.writeSync.bind(Deno.stdout);
  const write = (text) => raw(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  write(`\u001eF${'['.repeat(200_000)}\n`);
  await new Promise(() => {});
};
