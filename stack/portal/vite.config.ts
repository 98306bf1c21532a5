import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { contractTable } from './contract-table.ts';

export default defineConfig({
  plugins: [react(), contractTable()],
  build: {
    target: ['chrome125', 'firefox128', 'safari17.5'],
    modulePreload: { polyfill: false },
    // An inlined asset would be a data: address, which the content security policy refuses.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': process.env['MIDDLE_STACK'] ?? 'http://127.0.0.1:4400' },
  },
});
