import { BUNDLE_ENTRY, BundleFile } from '#core/contract';
import { t } from '../i18n/index.ts';
import { RefusedHere } from './refusal.ts';
import { unpackEntry } from './unpack-entry.ts';
import { readDirectory, ZipError, type ZipEntry } from './zip-directory.ts';

export type BundleMember = BundleFile['members'][number] & { readonly image: File };
export type OpenedBundle = Omit<BundleFile, 'members'> & {
  readonly name: string;
  readonly members: readonly BundleMember[];
};

/** A bundle has at most 16 images and one file about them; the rest may be notes. */
const ENTRIES_LIMIT = 64;
const TEXT_LIMIT = 1_048_576;
/** As much as all images may have together once they are unpacked: a small zip can hold a flood. */
const UNPACKED_LIMIT = 4_294_967_296;

/**
 * Reads an `.otabundle`: a zip with `bundle.json` and the firmware it names, piece by piece, so that
 * gigabytes never stand in memory at once. What it does not name is not unpacked.
 *
 * @throws RefusedHere BUNDLE_FILE
 */
export async function readBundle(file: File): Promise<OpenedBundle> {
  try {
    return await readEntries(file, await readDirectory(file, ENTRIES_LIMIT));
  } catch (error) {
    throw error instanceof ZipError ? refuse(file, wordsOf(error)) : error;
  }
}

async function readEntries(
  file: File,
  entries: ReadonlyMap<string, ZipEntry>,
): Promise<OpenedBundle> {
  const unpacked = [...entries.values()].reduce((sum, { size }) => sum + size, 0);
  if (unpacked > UNPACKED_LIMIT) throw refuse(file, t('desktop:bundle.tooLarge'));
  const about = entries.get(BUNDLE_ENTRY);
  if (about === undefined || about.size > TEXT_LIMIT) {
    throw refuse(file, t('desktop:bundle.noList', { entry: BUNDLE_ENTRY }));
  }
  const list = parse(file, await (await unpackEntry(file, about)).text());
  const members: BundleMember[] = [];
  for (const member of list.members) {
    const entry = entries.get(member.firmware);
    if (entry === undefined) {
      throw refuse(file, t('desktop:bundle.noImage', { name: member.firmware, ecu: member.ecu }));
    }
    const name = member.firmware.split('/').at(-1) ?? member.firmware;
    members.push({ ...member, image: new File([await unpackEntry(file, entry)], name) });
  }
  return { ...list, name: file.name, members };
}

function parse(file: File, text: string): BundleFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refuse(file, error instanceof Error ? error.message : String(error));
  }
  const { data, error } = BundleFile.safeParse(json);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  throw refuse(file, `${path === '' ? BUNDLE_ENTRY : path}: ${issue?.message ?? ''}`);
}

function wordsOf({ fault, entry }: ZipError): string {
  switch (fault) {
    case 'too-many':
      return t('desktop:bundle.tooMany', { limit: ENTRIES_LIMIT });
    case 'cut-off':
      return t('desktop:bundle.cutOff');
    case 'damaged':
      return t('desktop:bundle.damaged', { name: entry === '' ? BUNDLE_ENTRY : entry });
    case 'encrypted':
      return t('desktop:bundle.encrypted', { name: entry });
    case 'twice':
      return t('desktop:bundle.twice', { name: entry });
    case 'unsafe-name':
      return t('desktop:bundle.unsafeName', { name: entry });
    default:
      return fault satisfies never;
  }
}

const refuse = (file: File, reason: string): RefusedHere =>
  new RefusedHere({
    code: 'BUNDLE_FILE',
    reason: `${file.name}: ${reason}`,
    next: t('desktop:bundle.correct'),
  });
