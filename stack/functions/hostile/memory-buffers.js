// Fills array buffers, which heap limits do not count.
// expect: function_memory
exports.default = async (ctx) => {
  const kept = [];
  for (;;) {
    try {
      kept.push(new Uint8Array(4e6).fill(1));
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
};
