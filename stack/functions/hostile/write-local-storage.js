// Stores through localStorage.
// expect: held
exports.default = async (ctx) => {
  try {
    localStorage.setItem('x', 'x');
    return localStorage.getItem('x');
  } catch {
    return 'held';
  }
};
