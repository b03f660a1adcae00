import { fileURLToPath } from 'node:url';
import { runShell } from './shell.ts';

// As electron-vite lays them out: out/main, out/preload, out/renderer.
runShell({
  core: fileURLToPath(new URL('core.js', import.meta.url)),
  preload: fileURLToPath(new URL('../preload/index.cjs', import.meta.url)),
  page: fileURLToPath(new URL('../renderer', import.meta.url)),
  icons: fileURLToPath(new URL('../../resources/icons', import.meta.url)),
});
