// Closes the pipes to the host.
// expect: function_error|function_timeout
exports.default = async (ctx) => {
  Deno.stdin.close();
  Deno.stdout.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
};
