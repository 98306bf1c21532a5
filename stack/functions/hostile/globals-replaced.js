// Replaces what the guest might use.
// expect: held
exports.default = async (ctx) => {
  JSON.stringify = () => 'x';
  JSON.parse = () => ({ token: 'stolen' });
  TextEncoder.prototype.encode = () => new Uint8Array();
  Array.prototype.push = () => 0;
  Promise.prototype.then = undefined;
  Object.prototype.code = 'internal';
  Object.prototype.toJSON = () => 'x';
  Deno.exit = () => {};
  globalThis.setTimeout = () => {};
  delete Object.prototype.toJSON;
  return 'held';
};
