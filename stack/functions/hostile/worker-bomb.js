// Workers, each with memory of its own.
// expect: function_memory|function_timeout
exports.default = async (ctx) => {
  const source = 'const kept = []; setInterval(() => kept.push(new Uint8Array(4e6).fill(1)), 1)';
  for (let count = 0; count < 8; count += 1) {
    new Worker(`data:text/javascript,${encodeURIComponent(source)}`, { type: 'module' });
  }
  await new Promise(() => {});
};
