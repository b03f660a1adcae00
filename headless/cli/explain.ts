import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { HeadlessError } from '../errors.ts';
import { EXIT, EXIT_HELP, type ExitCode } from './exit.ts';
import { HELP_DIR } from './resources.ts';
import { runCommand, type Surroundings } from './session.ts';

type Language = 'en' | 'de';
type ExplainOptions = { json?: boolean; lang?: Language };
type CodeWords = { title: string; why: string; next: string };

/** `explain`: what a code means, or a page of the help, as the window shows it. */
export function describeExplain(
  program: Command,
  around: Surroundings,
  take: (result: Promise<ExitCode>) => Promise<void>,
): void {
  program
    .command('explain')
    .description('explain a refusal code, or print a page of the help')
    .argument('[topic]', 'a code such as HASH_MISMATCH, or a page; left out: what there is')
    .addOption(
      new Option('--lang <language>', 'left out: as the environment says').choices(['en', 'de']),
    )
    .option('--json', 'one JSON object per line on standard output, nothing else')
    .addHelpText('after', EXIT_HELP)
    .action((topic: string | undefined, options: ExplainOptions) =>
      take(runExplain(around, topic, options)),
    );
}

function runExplain(
  around: Surroundings,
  topic: string | undefined,
  options: ExplainOptions,
): Promise<ExitCode> {
  return runCommand(around, options, async ({ output }) => {
    const language = options.lang ?? languageOf(around.env);
    const pages = await pagesIn(language);
    const codes = await codesIn(language);
    if (topic === undefined) {
      const list = [...pages.keys()];
      output.say(
        { event: 'topics', pages: list, codes: Object.keys(codes) },
        [...list, ...Object.keys(codes)].join('\n'),
      );
      return EXIT.ok;
    }
    const page = pages.get(topic.toLowerCase());
    const words = codes[topic.toUpperCase()];
    if (words !== undefined) {
      const code = topic.toUpperCase();
      const { title, why, next } = words;
      output.say({ event: 'code', code, title, why, next }, `${code}: ${title}\n\n${why}\n${next}`);
    } else if (page !== undefined) {
      output.say({ event: 'page', page: topic.toLowerCase(), text: page }, page.trimEnd());
    } else {
      throw new HeadlessError('BAD_ARGUMENT', `the help has nothing on "${topic}"`, {
        next: suggestion(topic, [...pages.keys(), ...Object.keys(codes)]),
      });
    }
    return EXIT.ok;
  });
}

async function pagesIn(language: Language): Promise<Map<string, string>> {
  const folder = join(HELP_DIR, language);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.md')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return new Map(names.map((name, index) => [name.slice(0, -'.md'.length), texts[index] ?? '']));
}

/** Ours, and checked by the tests. */
async function codesIn(language: Language): Promise<Readonly<Record<string, CodeWords>>> {
  const text = await readFile(join(HELP_DIR, language, 'codes.json'), 'utf8');
  return JSON.parse(text) as Record<string, CodeWords>;
}

/** POSIX: the first of these that is set decides. */
function languageOf(env: NodeJS.ProcessEnv): Language {
  // An empty one counts as none.
  const wanted = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((each) => each);
  return wanted?.toLowerCase().startsWith('de') === true ? 'de' : 'en';
}

const SUGGESTED = 5;

function suggestion(topic: string, known: readonly string[]): string {
  const wanted = topic.toLowerCase();
  const near = known.filter((each) => {
    const name = each.toLowerCase();
    return name.includes(wanted) || wanted.includes(name);
  });
  const named = near.slice(0, SUGGESTED).join(', ');
  return named === ''
    ? '"ota-bench explain" lists all pages and codes'
    : `did you mean ${named}? "ota-bench explain" lists all`;
}
