// Timers that make timers.
// expect: function_timeout|function_memory
exports.default = async (ctx) => {
  const storm = () => {
    setTimeout(storm, 0);
    setTimeout(storm, 0);
  };
  storm();
  await new Promise(() => {});
};
