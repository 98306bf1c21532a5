// A record ten thousand levels deep.
// expect: held
exports.default = async (ctx) => {
  let deep = {};
  for (let level = 0; level < 5000; level += 1) deep = { deep };
  ctx.emit('sale', { id: '1', deep });
  return 'held';
};
