import { extname } from 'node:path';
import { unzipSync } from 'fflate';
import { type ExitCode } from './exit.ts';
import { readText } from './files.ts';
import { type WorkspaceOptions } from './options.ts';
import { reserveFolder, reserveOutput } from './outputs.ts';
import { type Surroundings } from './session.ts';
import { type OutputOptions, withTrust } from './trust.ts';

/** A configuration folder that Mosquitto starts from as it is, or the same as one zip. */
export function runMosquittoExport(
  around: Surroundings,
  options: OutputOptions & { tlsPort?: number },
): Promise<ExitCode> {
  const { output: path, tlsPort: port, force } = options;
  return withTrust(around, options, async (client, output, bench) => {
    if (bench.view().vault === 'session') {
      const text = 'The CA of this folder is in memory only: the bench makes another the next time';
      output.note({ event: 'session_only' }, text);
    }
    const exported = async (): Promise<Buffer> => {
      const { base64 } = await client.mosquitto.export(port === undefined ? {} : { port });
      return Buffer.from(base64, 'base64');
    };
    // The place first: a certificate that reaches nobody shall not be made.
    if (extname(path).toLowerCase() === '.zip') {
      const place = await reserveOutput(path, { secret: true, force });
      try {
        await place.write(await exported());
        await place.commit();
      } finally {
        await place.release();
      }
    } else {
      const place = await reserveFolder(path, force === true);
      try {
        const files = Object.entries(unzipSync(await exported()));
        await place.fill(
          files
            .filter(([name]) => !name.endsWith('/'))
            .map(([name, bytes]) => ({
              ...{ name, bytes },
              secret: name.endsWith('.key') || name === 'passwd',
              executable: name.endsWith('.sh'),
            })),
        );
      } finally {
        await place.release();
      }
    }
    output.say({ event: 'file', path }, `Wrote ${path}, which holds a key`);
    return undefined;
  });
}

/** Tells what a mosquitto.conf would mean here; nothing is changed. */
export function runMosquittoImport(
  around: Surroundings,
  conf: string,
  options: WorkspaceOptions & { acl?: string },
): Promise<ExitCode> {
  return withTrust(around, options, async (client, output) => {
    const acl = options.acl === undefined ? {} : { acl: await readText(options.acl) };
    const found = await client.mosquitto.import({ conf: await readText(conf), ...acl });
    for (const listener of found.listeners) {
      const { line, kind, host, port, detail } = listener;
      output.say(
        { event: 'listener', ...listener },
        `line ${String(line)}: listener ${kind} ${host}:${String(port)}  ${detail}`,
      );
    }
    for (const option of found.unsupported) {
      output.say(
        { event: 'unsupported', ...option },
        `line ${String(option.line)}: ${option.option} is not supported (${option.severity}): ${option.meaning}`,
      );
    }
    const rules =
      found.acl === null ? 'no access list' : 'an access list; take it with trust acl set';
    output.say({ event: 'imported', acl: found.acl }, `Nothing was changed; there is ${rules}`);
    return undefined;
  });
}
