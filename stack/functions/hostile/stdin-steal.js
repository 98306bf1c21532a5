// Reads what the host sends.
// expect: held
exports.default = async (ctx) => {
  const bytes = new Uint8Array(1e5);
  const read = await Promise.race([
    Deno.stdin.read(bytes),
    new Promise((resolve) => setTimeout(resolve, 100)),
  ]);
  const text = new TextDecoder().decode(bytes.subarray(0, read ?? 0));
  return text.includes('CANARY') ? text : 'held';
};
