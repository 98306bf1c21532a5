// Ends with an error that is deep garbage.
// expect: function_error
exports.default = async (ctx) => {
  const raw = Deno.stdout.constructor.prototype.writeSync.bind(Deno.stdout);
  const write = (text) => raw(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  write(`\u001eE${'['.repeat(250_000)}\n`);
  await new Promise(() => {});
};
