// Fetches the metadata of the cloud.
// expect: held
exports.default = async (ctx) => {
  try {
    return await (await ctx.fetch('http://169.254.169.254/latest/meta-data/')).text();
  } catch {
    return 'held';
  }
};
