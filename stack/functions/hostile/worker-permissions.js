// A worker asks for every permission.
// expect: function_error
exports.default = async (ctx) => {
  const source = `postMessage(Deno.readTextFileSync('${ctx.input.canary}'));`;
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(source)}`, {
    type: 'module',
    deno: { permissions: { read: true, net: true, env: true } },
  });
  return await new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      resolve('held');
    };
  });
};
