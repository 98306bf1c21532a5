// Ends with a result, then goes on emitting.
// expect: held
exports.default = async (ctx) => {
  const raw = Deno.stdout.constructor.prototype.writeSync.bind(Deno.stdout);
  const write = (text) => raw(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  write('\u001eZ{"value":"held"}\n\u001eR["sale",{"id":"AFTER-THE-END"}]\n\u001eE{"code":"internal"}\n');
  for (let id = 0; id < 1000; id += 1) ctx.emit('sale', { id: 'AFTER-THE-END' });
  return 'AFTER-THE-END';
};
