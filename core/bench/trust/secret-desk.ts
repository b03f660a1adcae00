import { type RoleName, type SigningAlgorithm } from '#core/contract';
import { importSecret } from '#core/signing';
import { BenchError } from '../errors.ts';
import { type BenchKeys } from '../keys.ts';

/** The shared secret of HS256 and hmac, for whoever writes the script on the other side. */
export type SecretDesk = {
  reveal(): Promise<{ hex: string }>;
  /** @throws BenchError ROLE_RUNNING; SigningError SECRET_TOO_SHORT for the algorithm in use */
  set(hex: string | null): Promise<void>;
};

export function createSecretDesk(deps: {
  keys: BenchKeys;
  algorithm: () => SigningAlgorithm;
  running: () => ReadonlySet<RoleName>;
}): SecretDesk {
  const { keys, algorithm, running } = deps;
  return {
    reveal: async () => ({ hex: Buffer.from(await keys.secret()).toString('hex') }),
    async set(hex) {
      const [holder] = running();
      if (holder !== undefined) {
        throw new BenchError('ROLE_RUNNING', `the secret is in use by the running ${holder}`, {
          next: 'stop all roles first, then change it',
        });
      }
      const bytes = hex === null ? null : Buffer.from(hex, 'hex');
      const alg = algorithm();
      // Refused now, and not when a role starts with it.
      if (bytes && (alg === 'HS256' || alg === 'hmac')) importSecret(alg, 'bench secret', bytes);
      await keys.setSecret(bytes);
    },
  };
}
