// Imports a module from the network.
// expect: held
exports.default = async (ctx) => {
  try {
    return await new Function('return import("https://deno.land/std/version.ts")')();
  } catch {
    return 'held';
  }
};
