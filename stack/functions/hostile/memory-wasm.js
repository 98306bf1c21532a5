// Fills WebAssembly memory.
// expect: function_memory|function_timeout
exports.default = async (ctx) => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
  for (;;) {
    try {
      memory.grow(64);
      new Uint8Array(memory.buffer).fill(1);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
};
