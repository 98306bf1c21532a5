// Writes an item longer than a line may be.
// expect: function_protocol
exports.default = async (ctx) => {
  const raw = Deno.stdout.constructor.prototype.writeSync.bind(Deno.stdout);
  const write = (text) => raw(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  write(`\u001eR["sale",{"id":"${'x'.repeat(300_000)}"}]\n`);
  await new Promise(() => {});
};
