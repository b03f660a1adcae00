/**
 * An executable in Electron's stead: `node program.ts BUILD USERDATA ENDPOINT [ARGUMENT…]` runs a built
 * application with the stand-in for `electron` and its windows in the Chromium at ENDPOINT. Its parent
 * may run functions in it over Node's IPC, as Playwright does in Electron's main process.
 */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromiumPages } from './chromium.ts';
import * as electron from './index.ts';

type Question = { id: number; script: string; argument: unknown };

const [build = '', userData = '', endpoint = '', ...rest] = process.argv.slice(2);
const module = new URL('index.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: module, shortCircuit: true } : next(specifier, context),
});

const { standIn } = electron;
standIn.userData = userData;
standIn.pages = await chromiumPages(endpoint);
standIn.anotherInstanceRuns = process.env['STAND_IN_SECOND'] === '1';
standIn.languages = (process.env['STAND_IN_LANGUAGES'] ?? 'en-GB').split(',');
// As an installed application sees its command line: the program, then what it was given.
process.argv = [process.execPath, ...rest];

process.on('message', (question: Question) => {
  void answer(question);
});

async function answer({ id, script, argument }: Question): Promise<void> {
  try {
    // The text of a function of the test, as Playwright's `evaluate` takes it.
    const body = (0, eval)(`(${script})`) as (module: unknown, argument: unknown) => unknown;
    process.send?.({ id, value: await body(electron, argument) });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

void standIn.ended.then(() => process.exit(0));
process.on('disconnect', () => process.exit(1));
await import(pathToFileURL(join(build, 'main', 'index.js')).href);
standIn.becomeReady();
process.send?.({ id: 0, value: 'ready' });
