import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Debian's Python: it has Debian's paho-mqtt, whatever comes first on PATH. */
const PYTHON = '/usr/bin/python3';

export type PahoScript = {
  child: ChildProcessWithoutNullStreams;
  lines: string[];
  /** Resolves with the first line that fits; rejects when the script ends before. */
  line(fits: (line: string) => boolean): Promise<string>;
};

/** One of the scripts in resources/paho, with a password or with certificates among its arguments. */
export function runPaho(script: string, args: readonly string[], password?: string): PahoScript {
  const file = fileURLToPath(new URL(`../../resources/paho/${script}`, import.meta.url));
  const child = spawn(PYTHON, [file, ...args], {
    env: { ...process.env, ...(password === undefined ? {} : { MQTT_PASSWORD: password }) },
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let stderr = '';
  let over = false;
  const wake = (): void => {
    for (const each of waiting) each();
  };
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    wake();
  });
  child.on('close', () => {
    over = true;
    wake();
  });
  return {
    child,
    lines,
    line: (fits) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find(fits);
          if (found === undefined && !over) return;
          waiting.delete(look);
          if (found !== undefined) resolve(found);
          else reject(new Error(`${script} ended: ${lines.join('\n')}\n${stderr}`));
        };
        waiting.add(look);
        look();
      }),
  };
}
