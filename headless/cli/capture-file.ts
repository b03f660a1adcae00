import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { type BenchClient } from '#core/bench';
import { CAPTURE_CHUNK_LIMIT } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { type CommonOptions } from './options.ts';
import { reserveOutput } from './outputs.ts';
import { line as oneLine } from './plain.ts';
import { runCommand, type Surroundings, withBench } from './session.ts';
import { type WhereOptions, whereFrom } from './traffic.ts';

export type ExportOptions = CommonOptions &
  WhereOptions & { form: 'ndjson' | 'csv' | 'pcapng'; output: string; force?: boolean };
export type ImportOptions = CommonOptions;

/** Writes captured traffic to a file; a failure leaves what was there before. */
export function runExport(around: Surroundings, options: ExportOptions): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, options, session, async ({ client }) => {
      const { output, signal } = session;
      const { form, output: path, force } = options;
      const file = await reserveOutput(path, { secret: false, force });
      try {
        const events = await client.capture.export({ form, where: whereFrom(options) }, { signal });
        for await (const event of events) {
          if (event.kind === 'chunk') await file.append(Buffer.from(event.base64, 'base64'));
          if (event.kind === 'progress') output.progress(`  ${event.scanned} of ${event.total}`);
          if (event.kind !== 'end') continue;
          await file.commit();
          const { messages, bytes, leftOut } = event;
          const left = leftOut === 0 ? '' : `, ${leftOut} that ${form} cannot say left out`;
          output.say(
            { event: 'file', path, form, messages, bytes, leftOut },
            `${messages} messages: ${path}${left}`,
          );
        }
      } finally {
        await file.release();
      }
      signal.throwIfAborted();
      return EXIT.ok;
    }),
  );
}

/** Takes an exported capture into the workspace; each line that is no message is named. */
export function runImport(
  around: Surroundings,
  path: string,
  options: ImportOptions,
): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, options, session, async ({ client }) => {
      const { output, signal } = session;
      const name = path === '-' ? 'standard input' : basename(path);
      const { uploadId } = await client.capture.import.begin({ name });
      const sending = send(client, { uploadId, pieces: piecesOf(path, around) }, (told) => {
        signal.throwIfAborted();
        output.progress(told);
      });
      try {
        await sending;
      } catch (error) {
        // What was recorded already stays; how much that is, is told.
        const left = await client.capture.import.abort({ uploadId }).catch(() => null);
        if (left && left.imported > 0) {
          output.note(
            { event: 'given_up', messages: left.imported },
            `${left.imported} messages were imported before that, and stay`,
          );
        }
        throw error;
      }
      const { imported, bad, faults } = await client.capture.import.finish({ uploadId });
      for (const { line, column, code, reason } of faults) {
        output.note(
          { event: 'left_out', line, column, code, reason },
          `line ${line}, column ${column}: ${code}: ${oneLine(reason)}`,
        );
      }
      const rest = bad === 0 ? '' : `, ${bad} lines left out`;
      output.say(
        { event: 'imported', source: `import:${name}`, messages: imported, bad },
        `${imported} messages imported as import:${oneLine(name)}${rest}`,
      );
      return bad === 0 ? EXIT.ok : EXIT.refused;
    }),
  );
}

async function send(
  client: BenchClient,
  { uploadId, pieces }: { uploadId: string; pieces: AsyncIterable<Buffer> },
  tell: (progress: string) => void,
): Promise<void> {
  let offset = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; at += CAPTURE_CHUNK_LIMIT) {
      const part = piece.subarray(at, at + CAPTURE_CHUNK_LIMIT);
      const base64 = part.toString('base64');
      const { imported } = await client.capture.import.chunk({ uploadId, offset, base64 });
      offset += part.length;
      tell(`  ${imported} messages`);
    }
  }
}

/** `-` is standard input. @throws HeadlessError FILE_UNREADABLE */
async function* piecesOf(path: string, { stdin }: Surroundings): AsyncGenerator<Buffer> {
  const source =
    path === '-' ? stdin : createReadStream(path, { highWaterMark: CAPTURE_CHUNK_LIMIT });
  try {
    for await (const piece of source) yield Buffer.from(piece as Uint8Array);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'cannot be read';
    throw new HeadlessError('FILE_UNREADABLE', `${path}: ${reason}`, {
      next: 'name a file that you may read',
      cause,
    });
  }
}
