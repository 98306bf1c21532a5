// A record that never ends to be written.
// expect: function_timeout
exports.default = async (ctx) => {
  ctx.emit('sale', {
    toJSON() {
      for (;;);
    },
  });
};
