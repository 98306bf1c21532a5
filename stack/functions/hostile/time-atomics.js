// Blocks its thread.
// expect: function_timeout
exports.default = async (ctx) => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
