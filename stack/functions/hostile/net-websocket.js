// Opens a WebSocket.
// expect: held
exports.default = async (ctx) => {
  try {
    return await new Promise((resolve, reject) => {
      const socket = new WebSocket(ctx.input.server.replace('http', 'ws'));
      socket.onopen = () => resolve('open');
      socket.onerror = reject;
    });
  } catch {
    return 'held';
  }
};
