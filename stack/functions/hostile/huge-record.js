// A record that is too long is set aside, not the run.
// expect: held
exports.default = async (ctx) => {
  ctx.emit('sale', { id: '1', text: 'x'.repeat(1_000_000) });
  ctx.emit('sale', { id: '2' });
  return 'held';
};
