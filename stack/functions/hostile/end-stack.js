// Recurses without end.
// expect: function_error
exports.default = async (ctx) => {
  const deeper = () => deeper() + 1;
  return deeper();
};
