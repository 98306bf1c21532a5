// Writes bytes that are no text.
// expect: held
exports.default = async (ctx) => {
  const raw = Deno.stdout.constructor.prototype.writeSync.bind(Deno.stdout);
  const write = (text) => raw(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  write(new Uint8Array([0x1e, 0x52, 0xff, 0xfe, 0x00, 0x80, 0x0a, 0xff, 0x00, 0x0a, 0x1e, 0x0a, 0x0a]));
  return 'held';
};
