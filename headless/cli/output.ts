import { type Refusal } from '#core/ports';

/** One JSON object for each line; `event` names what it is. */
export type Line = { event: string } & Record<string, unknown>;

/**
 * Where a command speaks. With `--json`, standard output carries JSON lines and nothing else;
 * without, sentences. Each fact is given both ways at once, so neither can forget one.
 */
export type Output = {
  readonly json: boolean;
  /** `text` null: of no interest to a person. */
  say(line: Line, text: string | null): void;
  /** A document that was asked for, as it is. */
  raw(text: string): void;
  refuse(refusal: Refusal): void;
  /** What a person should know besides: on standard error, so that it mixes into no result. */
  note(line: Line, text: string): void;
  /** A line that changes in place on a terminal; left out where there is none. */
  progress(text: string): void;
  /** Resolves when everything said has left the process. */
  flush(): Promise<void>;
};

export function createOutput(options: {
  json: boolean;
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  /** The reader of our output went away (`| head`, a closed window). */
  onGone: () => void;
}): Output {
  const { json, stdout, stderr, onGone } = options;
  const live = !json && stdout.isTTY;
  let gone = false;
  let open = false;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // EIO: of a terminal whose window was closed.
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
      if (stream === stdout && !gone) {
        gone = true;
        onGone();
      }
    });
  }
  const write = (text: string): void => {
    if (!gone) stdout.write(text);
  };
  const clear = (): void => {
    if (open) write('\r\x1b[2K');
    open = false;
  };
  return {
    json,
    say(line, text) {
      if (json) write(`${JSON.stringify(line)}\n`);
      else if (text !== null) {
        clear();
        write(`${text}\n`);
      }
    },
    raw(text) {
      clear();
      write(text.endsWith('\n') ? text : `${text}\n`);
    },
    refuse({ code, reason, next }) {
      if (json) write(`${JSON.stringify({ event: 'refused', code, reason, next })}\n`);
      clear();
      stderr.write(`${code}: ${reason}\n  next: ${next}\n`);
    },
    note(line, text) {
      if (json) write(`${JSON.stringify(line)}\n`);
      clear();
      stderr.write(`${text}\n`);
    },
    progress(text) {
      if (!live) return;
      write(`\r\x1b[2K${text}`);
      open = true;
    },
    flush: () =>
      new Promise((resolve) => {
        if (gone) resolve();
        else stdout.write('', () => resolve());
      }),
  };
}
