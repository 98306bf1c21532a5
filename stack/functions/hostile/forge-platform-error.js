// Says that the platform is at fault.
// expect: function_error
exports.default = async (ctx) => {
  const raw = Deno.stdout.constructor.prototype.writeSync.bind(Deno.stdout);
  const write = (text) => raw(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  write('\u001eE{"code":"internal","message":"the platform did it","fault":"platform"}\n');
  await new Promise(() => {});
};
