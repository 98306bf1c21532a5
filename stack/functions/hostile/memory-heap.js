// Fills the heap.
// expect: function_memory
exports.default = async (ctx) => {
  const kept = [];
  for (;;) kept.push({ some: kept.length, more: [1, 2, 3].map(String) });
};
