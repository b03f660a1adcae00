import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProfileView } from '#core/contract';
import { type DcuProfile, demoProfile, ProfileFile, profileOf, VoltageWindows } from '#core/dcu';
import { problemsOf, problemText, readSource, type Problem, type Source } from '#core/scenario';
import { writeFileAtomic } from '#core/storage';
import { BenchError, refusalOf } from '../errors.ts';
import { DEMO_PROFILE } from './demo-vehicle.ts';

/** Nobody writes a longer one by hand. */
const TEXT_LIMIT = 1_048_576;
const WINDOWS = 'voltage-windows.json';
const SCHEMA = 'ecu-profile.schema.json';

/** Kinds of vehicles, as files: the product's own, and those of the workspace. */
export type Profiles = {
  /** By title; those that are wrong too, with what is wrong. */
  list(): Promise<ProfileView[]>;
  /** @throws BenchError PROFILE_INVALID: the first problem by file, line, column and path */
  save(name: string, text: string): Promise<ProfileView>;
  /**
   * @param wanted a name, or the path of a file
   * @throws BenchError PROFILE_UNKNOWN, PROFILE_UNREADABLE, PROFILE_INVALID
   */
  load(wanted: string): Promise<DcuProfile>;
};

/** @param builtIn folder of the product's profiles; left out: the demo alone */
export function createProfiles(dirs: { builtIn: string | undefined; own: string }): Profiles {
  const windows = async (): Promise<VoltageWindows['windows']> => {
    const own = await windowsOf(dirs.own);
    const names = new Set(own.map(({ name }) => name));
    const others = dirs.builtIn === undefined ? [] : await windowsOf(dirs.builtIn);
    return [...own, ...others.filter(({ name }) => !names.has(name))];
  };
  const view = async (
    name: string,
    file: string,
    origin: ProfileView['origin'],
  ): Promise<ProfileView> => {
    const blank = { name, title: name, summary: '', origin, ecus: [], text: '' };
    try {
      const text = await readText(file);
      try {
        return { ...viewOf(parse(text, file, await windows())), name, origin, text };
      } catch (error) {
        return { ...blank, text, problem: { ...refusalOf(error) } };
      }
    } catch (error) {
      return { ...blank, problem: { ...refusalOf(error) } };
    }
  };
  return {
    async list() {
      const own = await namesIn(dirs.own);
      const builtIn = dirs.builtIn === undefined ? [] : await namesIn(dirs.builtIn);
      const views = await Promise.all([
        ...own.map((name) => view(name, pathOf(dirs.own, name), 'workspace')),
        ...builtIn
          .filter((name) => !own.includes(name))
          .map((name) => view(name, pathOf(dirs.builtIn ?? '', name), 'built-in')),
      ]);
      return views.sort((one, other) => one.title.localeCompare(other.title));
    },
    async save(name, text) {
      const file = pathOf(dirs.own, name);
      const checked = viewOf(parse(text, `${name}.json`, await windows()));
      await mkdir(dirs.own, { recursive: true });
      await writeFileAtomic(file, Buffer.from(text));
      return { ...checked, name, origin: 'workspace', text };
    },
    async load(wanted) {
      if (/[\\/]|\.json$/.test(wanted)) {
        return parse(await readText(wanted), wanted, await windows()).profile;
      }
      for (const dir of [dirs.own, dirs.builtIn]) {
        if (dir === undefined || !(await namesIn(dir)).includes(wanted)) continue;
        const file = pathOf(dir, wanted);
        return parse(await readText(file), file, await windows()).profile;
      }
      if (wanted === DEMO_PROFILE) return demoProfile();
      throw new BenchError('PROFILE_UNKNOWN', `there is no vehicle profile "${wanted}"`, {
        next: 'choose one of the list, or name a file',
      });
    },
  };
}

type Parsed = { file: ProfileFile; profile: DcuProfile };

function viewOf({ file, profile }: Parsed): Omit<ProfileView, 'name' | 'origin' | 'text'> {
  return {
    title: profile.name,
    summary: file.summary,
    ecus: profile.ecus.map(({ ecuId, name, hardwareId, layout, dependsOn }) => ({
      ...{ ecuId, name, hardwareId, layout },
      dependsOn: [...dependsOn],
    })),
    problem: null,
  };
}

function parse(text: string, file: string, windows: VoltageWindows['windows']): Parsed {
  const source = sourceOf(text, file);
  const parsed = ProfileFile.safeParse(source.value);
  if (!parsed.success) throw invalid(file, problemsOf(parsed.error, source));
  const made = profileOf(parsed.data, windows);
  if ('profile' in made) return { file: parsed.data, profile: made.profile };
  const known = windows.map(({ name }) => name).join(', ');
  throw invalid(
    file,
    made.unknown.map(({ path, name }) =>
      source.problemAt(path, `there is no voltage window "${name}"; there is ${known || 'none'}`),
    ),
  );
}

async function windowsOf(dir: string): Promise<VoltageWindows['windows']> {
  const file = join(dir, WINDOWS);
  const bytes = await readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw unreadable(file, error);
  });
  if (bytes === null) return [];
  const source = sourceOf(bytes, file);
  const parsed = VoltageWindows.safeParse(source.value);
  if (parsed.success) return parsed.data.windows;
  throw invalid(file, problemsOf(parsed.error, source));
}

function sourceOf(text: string, file: string): Source {
  const source = readSource(text);
  if (source.problems.length > 0) throw invalid(file, source.problems);
  return source;
}

function invalid(file: string, problems: readonly Problem[]): BenchError {
  const [first, ...others] = problems;
  const more = others.length === 0 ? '' : ` (and ${String(others.length)} more)`;
  const told = first === undefined ? '1:1 $: it is wrong' : problemText(first);
  return new BenchError('PROFILE_INVALID', `${file}:${told}${more}`, {
    next: 'correct it there; docs/ECUS.md tells the format',
  });
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (bytes.byteLength > TEXT_LIMIT) throw unreadable(file, 'longer than 1 MiB');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(file, 'this is no UTF-8');
  }
}

function unreadable(file: string, why: unknown): BenchError {
  const reason = typeof why === 'string' ? why : (codeOf(why) ?? 'cannot be read');
  return new BenchError('PROFILE_UNREADABLE', `${file}: ${reason}`, {
    next: 'give a profile as a file that can be read',
  });
}

/** Empty where there is no such folder. */
async function namesIn(dir: string): Promise<string[]> {
  const files = await readdir(dir).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw unreadable(dir, error);
  });
  return files
    .filter((name) => name.endsWith('.json') && name !== WINDOWS && name !== SCHEMA)
    .map((name) => name.slice(0, -'.json'.length));
}

function pathOf(dir: string, name: string): string {
  return join(dir, `${name}.json`);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
