// Throws something that fights being read.
// expect: function_error
exports.default = async (ctx) => {
  throw new Proxy(new Error('x'), {
    get() {
      throw new Error('no');
    },
  });
};
