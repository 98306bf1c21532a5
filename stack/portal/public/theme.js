// Runs before the first paint, so that a remembered theme never flashes. A file of its own because the page's
// content security policy allows no inline script.
try {
  const theme = localStorage.getItem('middle.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be switched off; the system's theme is used then.
}
