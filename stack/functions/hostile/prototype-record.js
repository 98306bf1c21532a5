// A record with keys that pollute prototypes.
// expect: held
exports.default = async (ctx) => {
  ctx.emit(
    'sale',
    JSON.parse('{"id":"1","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  );
  ctx.emit('__proto__', { id: '2' });
  return 'held';
};
