import type { Readable } from 'node:stream';
import type { ReleaseManifest } from '#core/protocol';

/** A firmware image in the store. Its identity is its hash; the name is for people. */
export type Artifact = {
  /** SHA-256, 64 lower-case hex characters. */
  readonly sha256: string;
  /** Bytes. */
  readonly length: number;
  /** Last name it came in under; no path, no control characters. */
  readonly name: string;
};

/** [S5] a manifest that carries `signature` (or `hmac` in the compatibility mode). */
export type SignedManifest = ReleaseManifest;

export type ImportOptions = {
  readonly name: string;
  /** Bytes announced; anything else is LENGTH_MISMATCH. */
  readonly expectedLength?: number;
  readonly signal?: AbortSignal;
  /** Bytes taken so far; called at most once for each piece written. */
  readonly onProgress?: (received: number) => void;
};

/** An image that comes in pieces, as `contract.firmware.*` sends it. */
export interface Uploads {
  /** UPLOAD_TOO_MANY, FIRMWARE_EMPTY, FIRMWARE_TOO_LARGE, DISK_FULL. */
  begin(upload: { readonly name: string; readonly size: number }): Promise<{ uploadId: string }>;
  /** Pieces go in order: UPLOAD_OFFSET otherwise, and the upload stays open at `received`. */
  chunk(uploadId: string, offset: number, bytes: Uint8Array): Promise<{ received: number }>;
  /** LENGTH_MISMATCH when fewer bytes came than were announced; the upload is gone then. */
  finish(uploadId: string): Promise<Artifact>;
  /** False when there is no such upload (any more), or it is already being finished. */
  abort(uploadId: string): Promise<boolean>;
}

export interface Catalogue {
  /**
   * Streams an image into the store in constant memory, hashing as it writes. Nothing is left
   * behind when it fails or is aborted.
   */
  importImage(
    source: AsyncIterable<Uint8Array> | { readonly path: string },
    options: ImportOptions,
  ): Promise<Artifact>;
  readonly uploads: Uploads;

  artifact(sha256: string): Artifact | null;
  /** Newest first. */
  artifacts(): Artifact[];
  /** Where the bytes of an image lie, whether or not it is there. */
  artifactPath(sha256: string): string;
  /** The image, or its bytes `start`…`end` inclusive. IMAGE_MISSING and RANGE_INVALID are thrown. */
  open(sha256: string, range?: { readonly start?: number; readonly end?: number }): Readable;
  /** [G6] re-hashes the file unless it is the very file hashed before: IMAGE_MISSING, IMAGE_LENGTH, IMAGE_HASH. */
  verifyImage(sha256: string, length: number): Promise<'ok'>;

  /** The same manifest again does nothing; RELEASE_EXISTS when the id is taken by other bytes. */
  addRelease(manifest: SignedManifest): void;
  release(releaseId: string): SignedManifest | null;
  /** The exact JSON text that was stored. */
  releaseText(releaseId: string): string | null;
  /** Nothing where there is none. An update that was made of it can no longer be answered. */
  removeRelease(releaseId: string): void;
  /** Row and file; nothing where there is none. */
  removeArtifact(sha256: string): Promise<void>;
  /** Newest of that version, for that hardware where one is named. */
  releaseByVersion(version: string, hardwareId?: string): SignedManifest | null;
  /** Newest first. */
  releases(): SignedManifest[];

  /** Aborts uploads and imports, and waits for them to be gone. */
  close(): Promise<void>;
}
