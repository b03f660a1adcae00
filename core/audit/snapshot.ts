import type {
  CertificateView,
  ListenerName,
  RefusalView,
  Settings,
  SigningAlgorithm,
  SubscriptionMode,
} from '#core/contract';

/** One door of the embedded broker that is on. */
export type AuditListener = {
  readonly name: ListenerName;
  readonly kind: 'tcp' | 'tls' | 'ws' | 'wss';
  readonly host: string;
  readonly port: number;
  /** The person confirmed that other machines may connect. */
  readonly remote: boolean;
  readonly clientCertificates: 'required' | 'optional' | 'none';
  /** Lets a client in that shows neither certificate nor password. */
  readonly anonymous: boolean;
};

/** A rule of the access list, as `parseAcl` reads it. */
export type AuditAclLine = {
  readonly line: number;
  readonly access: 'read' | 'write' | 'readwrite' | 'deny';
  readonly filter: string;
} & ({ readonly kind: 'topic'; readonly user: string | null } | { readonly kind: 'pattern' });

/** A name somebody can prove to the embedded broker. */
export type AuditIdentity = {
  readonly name: string;
  readonly by: 'password' | 'certificate';
};

export type AuditCertificate = {
  readonly fingerprint: string;
  readonly kind: CertificateView['kind'];
  readonly cn: string;
  readonly subject: string;
  readonly issuer: string;
  readonly origin: 'issued' | 'signed' | 'imported';
  /** `P-256`, `RSA 2048`, `Ed25519` … */
  readonly keyType: string;
  /** Why the key would be refused, where its reader says so. */
  readonly keyWeakness?: string | null;
  /** `ECDSA SHA-256`, `RSA SHA-1` … */
  readonly signatureAlgorithm: string;
  readonly altNames: readonly string[];
  readonly usages: readonly string[];
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly state: CertificateView['state'];
  /** What of this bench presents it now. */
  readonly usedBy: readonly string[];
};

/** What the bench is like at one moment. Plain data: the same snapshot gives the same findings. */
export type AuditSnapshot = {
  /** Of the embedded broker, those that are on; none while an outside broker is used. */
  readonly listeners: readonly AuditListener[];
  readonly externalBroker: {
    readonly url: string;
    /** A user and password, or a certificate over TLS, is known for it. */
    readonly credentials: boolean;
  } | null;
  /** Rules that the embedded broker decides by; null while an outside broker is used. */
  readonly acl: { readonly lines: readonly AuditAclLine[] } | null;
  /** Once for each name and proof; revoked certificates are no proof. */
  readonly identities: readonly AuditIdentity[];
  readonly certificates: readonly AuditCertificate[];
  readonly policies: Settings['policies'];
  readonly algorithm: SigningAlgorithm;
  readonly vault: {
    readonly mode: 'session' | 'keychain';
    /** Why there is no keychain, when one was wanted. */
    readonly refusal?: RefusalView | undefined;
  };
  /** Keys, passwords and secrets that are gone when the process ends. */
  readonly secretsInSession: number;
  /** Largest difference between a message's own time and ours, ms; null before any message. */
  readonly clockSkewMs: number | null;
  readonly runtime: {
    /** `process.versions.electron`, or null without a window. */
    readonly electron: string | null;
    readonly node: string;
  };
  /** Who was seen at the embedded broker since it started, once for each of the three together. */
  readonly clients: readonly {
    readonly clientId: string;
    readonly user: string | null;
    readonly address: string;
  }[];
  /** Client ids whose session another connection took over, and how often. */
  readonly takenOver: readonly { readonly clientId: string; readonly times: number }[];
  readonly subscriptions: SubscriptionMode;
  /** When the snapshot was taken, ms since 1970. */
  readonly now: number;
};
