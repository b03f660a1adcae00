import { FIRMWARE_CHUNK_LIMIT, ReleaseDraft } from '#core/contract';
import { describe, expect, it } from 'vitest';
import { completeDraft, emptyDraft, type DraftForm } from './draft.ts';
import { CHUNK_BYTES } from './upload.store.ts';

const artifact = { sha256: 'a'.repeat(64), length: 5, name: 'fw.bin' };

function aForm(over: Partial<DraftForm> = {}): DraftForm {
  return { ...emptyDraft, version: ' 3.0.1 ', vin: 'VIN1', ecuId: 'brake', ...over };
}

describe('completeDraft', () => {
  it('names all that is missing, in the order of the form', () => {
    expect(completeDraft(emptyDraft, null)).toEqual({
      kind: 'incomplete',
      missing: ['image', 'vehicle', 'ecu', 'version'],
    });
  });

  it('counts blanks as no version', () => {
    expect(completeDraft(aForm({ version: '  ' }), artifact)).toMatchObject({
      missing: ['version'],
    });
  });

  it('gives what the contract takes, and leaves the counter to the core', () => {
    const completed = completeDraft(aForm(), artifact);
    if (completed.kind !== 'complete') throw new Error('incomplete');
    expect(ReleaseDraft.parse(completed.draft)).toMatchObject({
      version: '3.0.1',
      artifactName: 'fw.bin',
    });
    expect(completed.draft).not.toHaveProperty('releaseCounter');
  });

  it('passes a counter of zero on', () => {
    const completed = completeDraft(aForm({ releaseCounter: 0 }), artifact);
    expect(completed).toMatchObject({ draft: { releaseCounter: 0 } });
  });
});

describe('an upload chunk', () => {
  it('is within the contract and encodes without padding inside the file', () => {
    expect(CHUNK_BYTES).toBeLessThanOrEqual(FIRMWARE_CHUNK_LIMIT);
    expect(CHUNK_BYTES % 3).toBe(0);
  });
});
