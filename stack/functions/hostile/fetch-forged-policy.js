// Writes a request line that brings its own rules.
// expect: function_protocol
exports.default = async (ctx) => {
  const raw = Deno.stdout.constructor.prototype.writeSync.bind(Deno.stdout);
  const write = (text) => raw(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  write(
    `\u001eF${JSON.stringify({ id: 1, method: 'GET', url: ctx.input.server, headers: [], body: false, hosts: ['127.0.0.1'], development: true })}\n`,
  );
  await new Promise(() => {});
};
