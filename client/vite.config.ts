import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

const outDir = fileURLToPath(new URL('../dist/client', import.meta.url));

/** Beside the pages, dist/client holds the SDK that `tsc` wrote for the CLI: only old assets may go. */
const clearAssets: Plugin = {
  name: 'syncline-clear-assets',
  apply: 'build',
  buildStart: () => rm(`${outDir}/assets`, { recursive: true, force: true }),
};

const server = 'http://127.0.0.1:4400';

export default defineConfig({
  base: '/',
  plugins: [react(), clearAssets],
  build: {
    outDir,
    emptyOutDir: false,
    // light-dark() and nesting as they are written.
    target: ['chrome123', 'firefox120', 'safari17.5'],
  },
  server: {
    proxy: {
      '/api': server,
      '/livez': server,
      '/readyz': server,
      '/socket.io': { target: server, ws: true },
    },
  },
});
