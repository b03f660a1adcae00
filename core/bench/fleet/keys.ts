import { type Random } from '#core/ports';
import { parseVin } from '#core/protocol';
import { type Algorithm, generateKey, type SigningKey } from '#core/signing';
import { trustText } from '../trust-file.ts';

/** Each vehicle's own key: in memory, and gone with the process. */
export type FleetKeys = {
  readonly vins: readonly string[];
  readonly signerOf: (vin: string) => SigningKey;
  /** Their public halves, for the `--trust` of whoever verifies. */
  readonly trustText: string;
};

/** Digits of a vehicle's number: names sort as they count. */
const DIGITS = 6;

/** @throws ProtocolError VIN_SYNTAX when the prefix makes no names */
export function fleetVins(prefix: string, vehicles: number): string[] {
  return Array.from({ length: vehicles }, (_, n) =>
    parseVin(`${prefix}${String(n + 1).padStart(DIGITS, '0')}`),
  );
}

export async function makeFleetKeys(
  vins: readonly string[],
  algorithm: Extract<Algorithm, 'EdDSA' | 'ES256'>,
  random: Random,
): Promise<FleetKeys> {
  const signers = new Map<string, SigningKey>();
  for (const vin of vins) signers.set(vin, await generateKey(algorithm, `fleet ${vin}`, random));
  return {
    vins,
    signerOf: (vin) => {
      const signer = signers.get(vin);
      if (signer === undefined) throw new Error(`${vin} is not of this fleet`);
      return signer;
    },
    trustText: trustText([...signers].map(([vin, key]) => ({ key, use: `dcu:${vin}` }))),
  };
}
