// A worker has a fetch that was not replaced.
// expect: held
exports.default = async (ctx) => {
  try {
    const source = `fetch('${ctx.input.server}').then((r) => r.text()).then(postMessage, () => postMessage('held'));`;
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
