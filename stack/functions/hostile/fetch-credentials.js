// Looks for the credentials that the broker adds.
// expect: held
exports.default = async (ctx) => {
  const response = await ctx.fetch(ctx.input.echo, { headers: { 'x-mine': '1' } });
  const seen = [
    JSON.stringify(ctx),
    JSON.stringify([...response.headers]),
    JSON.stringify(Object.keys(globalThis)),
  ].join(' ');
  return seen.includes('CANARY') ? seen : 'held';
};
