// Sends bodies without requests.
// expect: function_protocol|function_output_limit
exports.default = async (ctx) => {
  const raw = Deno.stdout.constructor.prototype.writeSync.bind(Deno.stdout);
  const write = (text) => raw(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  const part = 'A'.repeat(200_000);
  for (let id = 1; ; id += 1) write(`\u001eB${id} ${part}\n`);
};
