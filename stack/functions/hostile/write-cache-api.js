// Stores through the Cache API.
// expect: held
exports.default = async (ctx) => {
  try {
    const cache = await caches.open('x');
    await cache.put('https://x.example/', new Response('x'));
    return 'stored';
  } catch {
    return 'held';
  }
};
