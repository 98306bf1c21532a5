// A worker reads a file.
// expect: held
exports.default = async (ctx) => {
  try {
    const source = `postMessage(Deno.readTextFileSync('${ctx.input.canary}'));`;
    const worker = new Worker(`data:text/javascript,${encodeURIComponent(source)}`, { type: 'module' });
    return await new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        resolve('held');
      };
    });
  } catch {
    return 'held';
  }
};
