// Opens a TCP connection.
// expect: held
exports.default = async (ctx) => {
  try {
    const { hostname, port } = new URL(ctx.input.server);
    return (await Deno.connect({ hostname, port: Number(port) })).rid;
  } catch {
    return 'held';
  }
};
