import type { ArtifactView, ReleaseDraft, SigningAlgorithm } from '#core/contract';

/** What a person has filled in on Compose so far. */
export type DraftForm = {
  version: string;
  description: string;
  vin: string | null;
  ecuId: string | null;
  /** Null: one above what is installed. */
  releaseCounter: number | null;
  expiresInSeconds: number;
  /** Null: the algorithm of Settings. */
  algorithm: SigningAlgorithm | null;
};

export const emptyDraft: DraftForm = {
  version: '',
  description: '',
  vin: null,
  ecuId: null,
  releaseCounter: null,
  expiresInSeconds: 86_400,
  algorithm: null,
};

export type Completed =
  | { kind: 'complete'; draft: ReleaseDraft }
  /** What is still needed, in the order of the form. */
  | { kind: 'incomplete'; missing: readonly Missing[] };

export type Missing = 'image' | 'vehicle' | 'ecu' | 'version';

/** The draft as the contract wants it, or what is missing. Values are judged by the core. */
export function completeDraft(form: DraftForm, artifact: ArtifactView | null): Completed {
  const version = form.version.trim();
  if (artifact !== null && version !== '' && form.vin !== null && form.ecuId !== null) {
    return {
      kind: 'complete',
      draft: {
        artifactSha256: artifact.sha256,
        artifactName: artifact.name,
        version,
        description: form.description.trim(),
        vin: form.vin,
        ecuId: form.ecuId,
        expiresInSeconds: form.expiresInSeconds,
        ...(form.releaseCounter === null ? {} : { releaseCounter: form.releaseCounter }),
      },
    };
  }
  const missing: Missing[] = [];
  if (artifact === null) missing.push('image');
  if (form.vin === null) missing.push('vehicle');
  if (form.ecuId === null) missing.push('ecu');
  if (version === '') missing.push('version');
  return { kind: 'incomplete', missing };
}
