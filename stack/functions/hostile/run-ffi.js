// Calls a system library.
// expect: held
exports.default = async (ctx) => {
  try {
    return Deno.dlopen('libc.so.6', { getpid: { parameters: [], result: 'i32' } }).symbols.getpid();
  } catch {
    return 'held';
  }
};
