// Asks for permissions.
// expect: held
exports.default = async (ctx) => {
  for (const name of ['read', 'write', 'net', 'env', 'run', 'ffi', 'sys', 'import']) {
    const { state } = await Deno.permissions.request({ name });
    if (state === 'granted') return `granted ${name}`;
  }
  return 'held';
};
