// A worker imports a file statically.
// expect: held
exports.default = async (ctx) => {
  try {
    const source = `import text from 'file://${ctx.input.canary}' with { type: 'text' }; postMessage(text);`;
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
