import type { Random } from '#core/ports';

/** A listener of the embedded broker, by the name it has in Settings. */
export type ExportedListener = {
  readonly kind: 'tls' | 'tlsPassword' | 'tcp' | 'wss' | 'ws';
  /** Address to listen on. */
  readonly host: string;
  readonly port: number;
};

/** What a Mosquitto needs to take the embedded broker's place. All text is PEM or plain. */
export type MosquittoSetup = {
  readonly caPem: string;
  /** The broker's own; intermediates follow in `certPem`. */
  readonly server: { readonly cn: string; readonly certPem: string; readonly keyPem: string };
  /** Without one, a revoked certificate stays good. */
  readonly crlPem: string | null;
  readonly aclText: string;
  /** At least one that is no WebSocket: with those alone Mosquitto 2.0 does not start. */
  readonly listeners: readonly ExportedListener[];
  /** Written, with their passwords hashed, when a listener takes passwords. */
  readonly users: readonly { readonly user: string; readonly password: string }[];
  /** Salts the hashes. */
  readonly random: Pick<Random, 'bytes'>;
};

/** What a listener is in Mosquitto, which asks for certificates or for passwords, never for either. */
export const KINDS = {
  tls: { secure: true, web: false, passwords: false },
  tlsPassword: { secure: true, web: false, passwords: true },
  tcp: { secure: false, web: false, passwords: true },
  wss: { secure: true, web: true, passwords: true },
  ws: { secure: false, web: true, passwords: true },
} as const;

export function takesPasswords({ listeners }: Pick<MosquittoSetup, 'listeners'>): boolean {
  return listeners.some(({ kind }) => KINDS[kind].passwords);
}

export function usesTls({ listeners }: Pick<MosquittoSetup, 'listeners'>): boolean {
  return listeners.some(({ kind }) => KINDS[kind].secure);
}

export function asksForCertificates({ listeners }: Pick<MosquittoSetup, 'listeners'>): boolean {
  return listeners.some(({ kind }) => kind === 'tls');
}
