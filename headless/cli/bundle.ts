import { dirname, resolve } from 'node:path';
import { type Bench } from '#core/bench';
import { BundleFile, type GroupDraft } from '#core/contract';
import { HeadlessError } from '../errors.ts';
import { type ExitCode } from './exit.ts';
import { readText } from './files.ts';
import { startRoles, tellEnd } from './demo.ts';
import { followUpdate } from './follow.ts';
import { type Session } from './session.ts';
import { unpackBundle } from './unpack-bundle.ts';
import { waitForEcu } from './vehicle.ts';

/** @throws HeadlessError BUNDLE_FILE with the member that is not as described */
async function readBundle(file: string): Promise<BundleFile> {
  const refuse = (reason: string, cause: unknown): HeadlessError =>
    new HeadlessError('BUNDLE_FILE', `${file}: ${reason}`, {
      next: 'correct it as docs/PROTOCOL.md, “Bundles”, describes it',
      cause,
    });
  const text = await readText(file);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : 'no JSON', cause);
  }
  const result = BundleFile.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  const place = path === '' ? '' : `${path}: `;
  throw refuse(`${place}${issue?.message ?? 'not as described'}`, result.error);
}

/** Signs and publishes several ECUs' firmware as one update, and follows it to its end. */
export async function publishBundle(
  bench: Bench,
  { vin, bundle: given }: { vin: string; bundle: string },
  roles: Parameters<typeof startRoles>[1],
  { output, signal }: Session,
): Promise<ExitCode> {
  const unpacked = given.toLowerCase().endsWith('.otabundle') ? await unpackBundle(given) : null;
  const file = unpacked?.file ?? given;
  try {
    return await publishRead(bench, { vin, file }, roles, { output, signal });
  } finally {
    await unpacked?.remove();
  }
}

async function publishRead(
  bench: Bench,
  { vin, file }: { vin: string; file: string },
  roles: Parameters<typeof startRoles>[1],
  { output, signal }: Pick<Session, 'output' | 'signal'>,
): Promise<ExitCode> {
  const bundle = await readBundle(file);
  const members: GroupDraft['members'] = [];
  for (const { ecu: ecuId, firmware, version, releaseCounter, requires } of bundle.members) {
    const path = resolve(dirname(file), firmware);
    const image = await bench.importFirmware(path, { signal });
    output.say({ event: 'firmware', ecuId, ...image }, `${ecuId}: ${image.name}, ${image.sha256}`);
    members.push({
      ...{ ecuId, version, artifactSha256: image.sha256, artifactName: image.name },
      ...(releaseCounter === undefined ? {} : { releaseCounter }),
      ...(requires === undefined ? {} : { requires }),
    });
  }
  await startRoles(bench, roles, output);
  for (const { ecuId } of members) await waitForEcu(bench.client, { vin, ecuId }, signal);
  const { version, description } = bundle;
  const composed = await bench.client.updates.composeGroup({
    draft: { vin, version, description, members },
  });
  const { composedId, updateId, releaseId: bundleId } = composed;
  await bench.client.updates.publish({ composedId });
  const names = members.map(({ ecuId }) => ecuId).join(', ');
  output.say(
    { event: 'published', update: 'queued', updateId, bundleId, vin, version },
    `Published bundle ${version} for ${names} of ${vin}`,
  );
  const update = await followUpdate(bench.client, updateId, output, signal);
  return tellEnd(bench.client, update, 'completed', output, signal);
}
