import { Unzip, UnzipInflate } from 'fflate';
import { BUNDLE_ENTRY, BundleFile } from '#core/contract';
import { t } from '../i18n/index.ts';
import { RefusedHere } from './refusal.ts';

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
const PIECE_BYTES = 1_048_576;

/**
 * Reads an `.otabundle`: a zip with `bundle.json` and the firmware it names, piece by piece, so that
 * gigabytes never stand in memory at once.
 *
 * @throws RefusedHere BUNDLE_FILE
 */
export async function readBundle(file: File): Promise<OpenedBundle> {
  const entries = await unpack(file);
  const text = entries.get(BUNDLE_ENTRY);
  if (text === undefined || text.size > TEXT_LIMIT) {
    throw refuse(file, t('desktop:bundle.noList', { entry: BUNDLE_ENTRY }));
  }
  const list = parse(file, await text.text());
  const members = list.members.map((member) => {
    const image = entries.get(member.firmware);
    if (image === undefined) {
      throw refuse(file, t('desktop:bundle.noImage', { name: member.firmware, ecu: member.ecu }));
    }
    const name = member.firmware.split('/').at(-1) ?? member.firmware;
    return { ...member, image: new File([image], name) };
  });
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

async function unpack(file: File): Promise<Map<string, Blob>> {
  const entries = new Map<string, Blob>();
  const failures: string[] = [];
  let unpacked = 0;
  const unzip = new Unzip((entry) => {
    if (entry.name.endsWith('/')) return;
    if (entries.size >= ENTRIES_LIMIT) {
      failures.push(t('desktop:bundle.tooMany', { limit: ENTRIES_LIMIT }));
      return;
    }
    const pieces: Blob[] = [];
    entries.set(entry.name, new Blob());
    entry.ondata = (error, data, final) => {
      if (error !== null) failures.push(error.message);
      else if ((unpacked += data.length) > UNPACKED_LIMIT)
        failures.push(t('desktop:bundle.tooLarge'));
      if (failures.length > 0) return;
      // A blob of each piece: the browser may keep it outside of the page's memory.
      pieces.push(new Blob([new Uint8Array(data)]));
      if (final) entries.set(entry.name, new Blob(pieces));
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  try {
    for (let offset = 0; offset < file.size && failures.length === 0; offset += PIECE_BYTES) {
      const piece = await file.slice(offset, offset + PIECE_BYTES).arrayBuffer();
      unzip.push(new Uint8Array(piece), offset + PIECE_BYTES >= file.size);
    }
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error));
  }
  const [failure] = failures;
  if (failure !== undefined) throw refuse(file, failure);
  return entries;
}

const refuse = (file: File, reason: string): RefusedHere =>
  new RefusedHere({
    code: 'BUNDLE_FILE',
    reason: `${file.name}: ${reason}`,
    next: t('desktop:bundle.correct'),
  });
