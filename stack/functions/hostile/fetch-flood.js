// Writes thousands of requests at once.
// expect: function_protocol
exports.default = async (ctx) => {
  const raw = Deno.stdout.constructor.prototype.writeSync.bind(Deno.stdout);
  const write = (text) => raw(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  for (let id = 1; id < 5000; id += 1) {
    write(`\u001eF${JSON.stringify({ id, method: 'GET', url: ctx.input.slow, headers: [], body: false })}\n`);
  }
  await new Promise(() => {});
};
