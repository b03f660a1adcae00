import { HeadlessError } from '../errors.ts';
import { trustOf } from './certificates.ts';
import { type ExitCode } from './exit.ts';
import { readPassphrase } from './files.ts';
import { type WorkspaceOptions } from './options.ts';
import { type Surroundings } from './session.ts';
import { tellCertificate, withLastingTrust } from './trust.ts';

/** As the contract takes it: 16 to 64 bytes. */
const HEX = /^([0-9a-fA-F]{2}){16,64}$/;

/** A new CA of the bench. What the present one issued stops being trusted. */
export function runNewCa(
  around: Surroundings,
  { cn, force, ...options }: WorkspaceOptions & { cn: string; force?: boolean },
): Promise<ExitCode> {
  return withLastingTrust(around, options, async (client, output) => {
    const lost = (await trustOf(client)).certificates.filter(
      ({ kind, state }) => kind !== 'ca' && state !== 'revoked' && state !== 'expired',
    ).length;
    if (lost > 0 && force !== true) {
      throw new HeadlessError(
        'CA_IN_USE',
        `${String(lost)} certificates would not be trusted any more`,
        {
          next: 'give --force to replace the CA all the same; then issue them anew',
        },
      );
    }
    tellCertificate(await client.trust.createCa({ name: cn }), output);
    return undefined;
  });
}

/** The shared secret of HS256 and hmac: a new random one, or that of a file. */
export function runSecret(
  around: Surroundings,
  { file, ...options }: WorkspaceOptions & { file?: string },
): Promise<ExitCode> {
  return withLastingTrust(around, options, async (client, output) => {
    const hex = (await readPassphrase(file, around))?.trim() ?? null;
    if (hex !== null && !HEX.test(hex)) {
      throw new HeadlessError(
        'BAD_ARGUMENT',
        'this is no secret of 16 to 64 bytes in hexadecimal',
        {
          next: 'write it as 32 to 128 hexadecimal digits into the first and only line',
        },
      );
    }
    await client.secret.set({ hex });
    const words = hex === null ? 'A new random secret' : 'The secret of that file';
    output.say(
      { event: 'secret', random: hex === null },
      `${words} signs HS256 and hmac from now on`,
    );
    return undefined;
  });
}
