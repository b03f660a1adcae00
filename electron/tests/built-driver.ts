/**
 * Runs a built application on the stand-in: `node built-driver.ts BUILD USERDATA`. Prints one JSON
 * line with what the page got, and exits when the application has quit.
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { standIn } from '../standin/index.ts';
import { Page } from '../standin/page.ts';
import { benchOver, listenOn, runDemo, takeAnyPort } from './listening.ts';

const [build = '', userData = ''] = process.argv.slice(2);
const electron = new URL('../standin/index.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: electron, shortCircuit: true } : next(specifier, context),
});

standIn.userData = userData;
const loaded = new Promise<void>((resolve) => {
  standIn.app.once('web-contents-created', (_event, contents: NodeJS.EventEmitter) => {
    contents.once('did-finish-load', () => {
      resolve();
    });
  });
});
await import(pathToFileURL(join(build, 'main', 'index.js')).href);
standIn.becomeReady();
await loaded;
const page = standIn.windows[0]?.webContents.mainFrame.page;
if (!(page instanceof Page)) throw new Error('no page');
const { nextPort } = listenOn(page);
page.otaBench?.ready();
const bench = benchOver(await nextPort());
await takeAnyPort(bench);
const stage = await runDemo(bench);
standIn.app.quit();
await standIn.ended;
process.stdout.write(`${JSON.stringify({ stage, core: standIn.processes[0]?.modulePath })}\n`);
process.exit(0);
