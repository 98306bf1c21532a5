// Builds strings without end.
// expect: function_memory
exports.default = async (ctx) => {
  const kept = [];
  for (let count = 0; ; count += 1) kept.push(String(count).repeat(100_000).split('').join('x'));
};
