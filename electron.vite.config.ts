import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const at = (path: string): string => resolve(import.meta.dirname, path);

export default defineConfig({
  main: {
    build: {
      outDir: at('out/main'),
      // Bundled, so that an installation carries what is run and no more.
      externalizeDeps: false,
      rolldownOptions: {
        external: ['keytar', 'classic-level'],
        input: {
          index: at('electron/main/index.ts'),
          core: at('electron/main/core.ts'),
          // A thread is started from a file of its own, which nothing imports.
          'recorder-worker': at('core/recorder/worker.ts'),
        },
      },
    },
  },
  preload: {
    build: {
      outDir: at('out/preload'),
      // The sandbox has no node_modules to require from.
      externalizeDeps: false,
      // A sandboxed preload is loaded as CommonJS whatever package.json says.
      rolldownOptions: {
        input: { index: at('electron/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    // Relative, so that one build serves app:// and the loopback host.
    base: './',
    build: {
      outDir: at('out/renderer'),
      emptyOutDir: true,
      // The loopback host may be opened in Firefox or Safari as well.
      target: 'es2022',
      minify: true,
      // Assets inlined as data: would be refused by the content policy for anything but images.
      assetsInlineLimit: 0,
      rolldownOptions: { input: { index: at('renderer/index.html') } },
    },
    plugins: [react()],
  },
});
