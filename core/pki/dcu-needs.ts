import type { Identity } from './identity.ts';

/** What one DCU needs to take part. */
export type DcuBundle = {
  readonly vin: string;
  readonly identity: Identity;
  readonly caPem: string;
  /** `mqtts://host:8883`; null while no broker runs. */
  readonly brokerUrl: string | null;
  /** `https://host:port`; null while no backend runs. */
  readonly backendUrl: string | null;
  readonly topics: readonly {
    readonly topic: string;
    /** Seen from the DCU. */
    readonly access: 'subscribe' | 'publish';
    readonly qos: 0 | 1 | 2;
    readonly about: string;
  }[];
  /** Public keys it verifies messages and releases with, as JWK. */
  readonly verifyKeys?: readonly object[];
  /** Encrypts the key, and adds a PKCS #12 file. */
  readonly passphrase?: string;
  /** Milliseconds since 1970, of the files. */
  readonly at: number;
};
