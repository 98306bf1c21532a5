// Writes a message header with a token of its own.
// expect: held
exports.default = async (ctx) => {
  const raw = Deno.stdout.constructor.prototype.writeSync.bind(Deno.stdout);
  const write = (text) => raw(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  write('{"v":1,"token":"stolen","sequence":1,"records":0}\n');
  write('\n\u001eR["sale",{"id":"1"}]\n{"v":1,"token":"stolen","sequence":2,"records":9}\n');
  return 'held';
};
