// Opens a file and reads it in pieces.
// expect: held
exports.default = async (ctx) => {
  try {
    const file = await Deno.open(ctx.input.canary);
    const bytes = new Uint8Array(100);
    await file.read(bytes);
    return new TextDecoder().decode(bytes);
  } catch {
    return 'held';
  }
};
