/** What a Mosquitto needs to take the embedded broker's place. All text is PEM or plain. */
export type MosquittoSetup = {
  readonly caPem: string;
  /** The broker's own; intermediates follow in `certPem`. */
  readonly server: { readonly cn: string; readonly certPem: string; readonly keyPem: string };
  /** Without one, a revoked certificate stays good. */
  readonly crlPem: string | null;
  readonly aclText: string;
  readonly port: number;
  /** Address to listen on. */
  readonly host: string;
};
