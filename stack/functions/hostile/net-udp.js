// Sends a datagram.
// expect: held
exports.default = async (ctx) => {
  try {
    return Deno.listenDatagram({ port: 0, transport: 'udp' }).addr;
  } catch {
    return 'held';
  }
};
