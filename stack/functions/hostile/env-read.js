// Reads the environment.
// expect: held
exports.default = async (ctx) => {
  const found = JSON.stringify([safely(() => Deno.env.toObject()), safely(() => ({ ...process.env }))]);
  return found.includes('CANARY') ? found : 'held';
  function safely(read) {
    try {
      return read();
    } catch {
      return null;
    }
  }
};
