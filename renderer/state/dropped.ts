import type { RefusalView } from '#core/contract';
import { t } from '../i18n/index.ts';

export type Dropped =
  | { kind: 'firmware'; file: File }
  | { kind: 'bundle'; file: File }
  | { kind: 'refused'; refusal: RefusalView };

type Transfer = {
  readonly files: ArrayLike<File>;
  readonly items: ArrayLike<Pick<DataTransferItem, 'kind' | 'webkitGetAsEntry'>>;
};

/**
 * What lies beside a firmware in the file manager and slips in by mistake; signed, a vehicle would have to
 * find out. Whoever means it chooses it with the button.
 */
const UNFIT =
  /\.(exe|msi|dmg|pkg|deb|rpm|appimage|bat|cmd|ps1|sh|pdf|docx?|xlsx?|pptx?|png|jpe?g|gif|svg|zip|7z|rar)$/i;

/** What was dropped on Compose: one file it can take, or why not. */
export function judgeDropped({ files, items }: Transfer): Dropped {
  const entries = Array.from(items).filter(({ kind }) => kind === 'file');
  // A folder comes as a file that cannot be read; only its entry tells.
  if (entries.some((item) => item.webkitGetAsEntry()?.isDirectory === true)) {
    return refuse('DROP_FOLDER', t('desktop:drop.folder'), t('desktop:drop.folderNext'));
  }
  const [file, more] = Array.from(files);
  if (file === undefined) {
    return refuse('DROP_NOTHING', t('desktop:drop.nothing'), t('desktop:drop.nothingNext'));
  }
  if (more !== undefined) {
    const { length } = files;
    return refuse(
      'DROP_SEVERAL',
      t('desktop:drop.several', { count: length }),
      t('desktop:drop.severalNext'),
    );
  }
  if (UNFIT.test(file.name)) {
    const { name } = file;
    return refuse('DROP_UNFIT', t('desktop:drop.unfit', { name }), t('desktop:drop.unfitNext'));
  }
  return judgeFile(file);
}

export const judgeFile = (file: File): Exclude<Dropped, { kind: 'refused' }> =>
  /\.otabundle$/i.test(file.name) ? { kind: 'bundle', file } : { kind: 'firmware', file };

/** Dropped where nothing takes files. */
export const droppedElsewhere = (): RefusalView => ({
  code: 'DROP_ELSEWHERE',
  reason: t('desktop:drop.elsewhere'),
  next: t('desktop:drop.elsewhereNext'),
});

const refuse = (code: string, reason: string, next: string): Dropped => ({
  kind: 'refused',
  refusal: { code, reason, next },
});
