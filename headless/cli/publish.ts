import { basename } from 'node:path';
import { type GuidedItem } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { publishBundle } from './bundle.ts';
import { type ExitCode } from './exit.ts';
import { rollBack, rolesFor, startRoles, tellEnd } from './demo.ts';
import { followUpdate } from './follow.ts';
import { type CommonOptions } from './options.ts';
import { publishReleases } from './publish-releases.ts';
import { recallEverywhere } from './recall.ts';
import { type BenchChoice, runCommand, type Surroundings, withBench } from './session.ts';
import { waitForEcu } from './vehicle.ts';

export type Target = { vin: string; ecu: string };
export type PublishOptions = CommonOptions &
  Target & {
    /** Left out with a bundle, which names one for each ECU. */
    firmware?: string;
    fwVersion?: string;
    bundle?: string;
    /** Of the catalogue, each with its ECU. */
    release?: readonly GuidedItem[];
    description: string;
    releaseCounter?: number;
    tlsPort?: number;
  };
export type RollbackOptions = CommonOptions &
  Target & {
    tlsPort?: number;
    /** Stands in the verdict. */
    askedBy?: string;
    /** Every vehicle that runs `fwVersion` there, instead of `vin`. */
    all?: boolean;
    fwVersion?: string;
    /** Seconds that a vehicle of `all` may say nothing. */
    timeout: number;
  };

const choiceOf = ({ tlsPort, ...options }: Omit<RollbackOptions, 'timeout'>): BenchChoice => ({
  ...options,
  // For all: those that this workspace simulates.
  ...(options.all === true ? {} : { vins: [options.vin] }),
  ports: { tlsPort },
});

/** Somebody's own firmware file, from the disk into a bank. */
export function runPublish(around: Surroundings, options: PublishOptions): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, choiceOf(options), session, async (bench) => {
      const { output, signal } = session;
      const { vin, ecu: ecuId, bundle, firmware, fwVersion: version, description } = options;
      if (bundle !== undefined) {
        return publishBundle(bench, { vin, bundle }, rolesFor(options), session);
      }
      if (options.release !== undefined) {
        return publishReleases(bench, { vin, items: options.release }, rolesFor(options), session);
      }
      if (firmware === undefined || version === undefined) {
        throw new HeadlessError('BAD_ARGUMENT', 'neither a bundle nor a firmware file is named', {
          next: 'name --bundle, or --firmware and --fw-version',
        });
      }
      const image = await bench.importFirmware(firmware, {
        signal,
        onProgress: (bytes) => output.progress(`  reading       ${mebibytes(bytes)}`),
      });
      output.say(
        { event: 'firmware', ...image },
        `${basename(firmware)}: ${mebibytes(image.length)}, SHA-256 ${image.sha256}`,
      );
      await startRoles(bench, rolesFor(options), output);
      await waitForEcu(bench.client, { vin, ecuId }, signal);
      const { composedId, updateId, releaseId } = await bench.client.updates.compose({
        draft: {
          artifactSha256: image.sha256,
          artifactName: image.name,
          version,
          description,
          vin,
          ecuId,
          ...(options.releaseCounter === undefined
            ? {}
            : { releaseCounter: options.releaseCounter }),
        },
      });
      await bench.client.updates.publish({ composedId });
      output.say(
        { event: 'published', update: 'queued', updateId, releaseId, vin, ecuId, version },
        `Published ${version} for ${ecuId} of ${vin}`,
      );
      const update = await followUpdate(bench.client, updateId, output, signal);
      const source = { sha256: image.sha256, length: image.length };
      return tellEnd(bench.client, update, 'completed', output, signal, source);
    }),
  );
}

/** Returns an ECU to the image it had before: of one vehicle, or of all that run a version. */
export function runRollback(around: Surroundings, options: RollbackOptions): Promise<ExitCode> {
  return runCommand(around, options, (session) =>
    withBench(around, choiceOf(options), session, async (bench) => {
      const { output, signal } = session;
      const { askedBy, fwVersion: version } = options;
      const by = askedBy === undefined ? {} : { askedBy };
      const where = { vin: options.vin, ecuId: options.ecu, ...by };
      await startRoles(bench, rolesFor(options), output);
      if (options.all === true && version !== undefined) {
        const wish = { ecuId: options.ecu, version, ...by };
        const silenceMs = options.timeout * 1_000;
        return recallEverywhere(bench.client, { ...wish, silenceMs }, session);
      }
      await waitForEcu(bench.client, where, signal);
      const update = await rollBack(bench.client, where, output, signal);
      return tellEnd(bench.client, update, 'rolled_back', output, signal);
    }),
  );
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
