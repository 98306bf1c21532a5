// Writes items of kinds that do not exist.
// expect: held
exports.default = async (ctx) => {
  const raw = Deno.stdout.constructor.prototype.writeSync.bind(Deno.stdout);
  const write = (text) => raw(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  for (let code = 0x20; code < 0x7f; code += 1) {
    const kind = String.fromCharCode(code);
    if (!'ZEFB'.includes(kind)) write(`\u001e${kind}{}\n`);
  }
  return 'held';
};
