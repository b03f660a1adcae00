import { randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { CodedError } from '#core/ports';
import { OPENED_PATH } from '../channel/index.ts';
import { isOurs, PAGE_HEADERS } from './page.ts';

class FileError extends CodedError<'FILE_UNREADABLE'> {}

/** A page that never fetched what was opened for it has been told of later ones. */
const OFFERED_LIMIT = 8;

export type OpenedFiles = {
  /** Makes a file that a person chose readable for the page, once. @throws FileError FILE_UNREADABLE */
  offer(path: string): Promise<{ token: string; name: string }>;
  /** Answers a request below `opened/`; null for every other. */
  serve(request: Request): Promise<Response> | null;
};

/**
 * The page never learns where a file lies and cannot ask for another: it is given a token that is good
 * for one reading of the one file that a person opened.
 */
export function createOpenedFiles(): OpenedFiles {
  const offered = new Map<string, string>();
  return {
    offer: async (path) => {
      await assertReadable(path);
      const token = randomUUID();
      offered.set(token, path);
      for (const old of [...offered.keys()].slice(0, -OFFERED_LIMIT)) offered.delete(old);
      // A name is text for a person: what Windows and macOS allow in it is more than a line can hold.
      return { token, name: basename(path).slice(0, 255) };
    },
    serve: (request) => {
      const url = URL.parse(request.url);
      if (!isOurs(url) || !url.pathname.startsWith(OPENED_PATH)) return null;
      if (request.method !== 'GET') return Promise.resolve(nothing());
      const token = url.pathname.slice(OPENED_PATH.length);
      const path = offered.get(token);
      offered.delete(token);
      return path === undefined ? Promise.resolve(nothing()) : read(path);
    },
  };
}

async function read(path: string): Promise<Response> {
  try {
    const { size } = await stat(path);
    const bytes = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
    return new Response(bytes, {
      headers: {
        ...PAGE_HEADERS,
        'content-type': 'application/octet-stream',
        'content-length': String(size),
      },
    });
  } catch {
    return nothing();
  }
}

const nothing = (): Response => new Response(null, { status: 404, headers: PAGE_HEADERS });

async function assertReadable(path: string): Promise<void> {
  const refuse = (why: string, cause?: unknown): FileError =>
    new FileError('FILE_UNREADABLE', `${basename(path)} ${why}.`, {
      next: 'Choose a file that is on this computer and that you may read.',
      cause,
    });
  try {
    // Asked before it is opened: opening a pipe waits for whoever writes into it.
    if ((await stat(path)).isFile()) {
      await access(path, constants.R_OK);
      return;
    }
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw refuse(missing ? 'is not there any more' : 'cannot be read', cause);
  }
  throw refuse('is a folder or a device, not a file');
}
