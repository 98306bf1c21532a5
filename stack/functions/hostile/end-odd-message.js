// Throws an error whose message never ends.
// expect: function_timeout
exports.default = async (ctx) => {
  const error = new Error('x');
  Object.defineProperty(error, 'message', {
    get() {
      for (;;);
    },
  });
  throw error;
};
