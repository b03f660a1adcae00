import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { ArtifactView, Composed } from '#core/contract';
import type { Client } from '../connect.ts';
import type { OpenedBundle } from './bundle-file.ts';
import { closeBundle, openBundle, signBundle, unsignBundle, useBundle } from './bundle.store.ts';
import { composeBundle, editDraft, publishComposed, useCompose } from './compose.store.ts';
import { useConnection } from './connection.store.ts';
import { NOT_CONNECTED } from './refusal.ts';
import { useUpload, type Upload } from './upload.store.ts';

/** A core that signs when it is told to, and notes what is published. */
function fakeCore() {
  const signing = Promise.withResolvers<Composed>();
  const publishing = Promise.withResolvers<{ updateId: string }>();
  const published: string[] = [];
  const updates = {
    composeGroup: () => signing.promise,
    publish: ({ composedId }: { composedId: string }) => {
      published.push(composedId);
      return publishing.promise;
    },
  };
  // Only what is asked of it here.
  const client = { updates } as unknown as Client;
  useConnection.setState({ state: { kind: 'up', client, since: 0 } });
  return { signing, publishing, published };
}

const composed = (composedId: string): Composed => ({
  ...{ composedId, topic: 'vehicle/updates/VIN1/issue_details', payload: '{}', qos: 1 },
  ...{ releaseId: 'release', updateId: 'update' },
});
const bundle: OpenedBundle = {
  name: 'a.otabundle',
  version: '2026.3',
  description: '',
  members: [],
};

const never = ({ code }: { code: string }): never => expect.unreachable(code);
const state = () => useBundle.getState().bundle.kind;
const message = () => useCompose.getState().composition;

/** The form's own message stands there, ready to be published. */
beforeEach(() => {
  closeBundle();
  useUpload.setState(useUpload.getInitialState());
  useCompose.setState({
    origin: 'form',
    composition: { kind: 'ready', composed: composed('old') },
  });
});

// The stores are those of every test beside this one.
afterAll(() => {
  closeBundle();
  useUpload.setState(useUpload.getInitialState());
  useCompose.setState(useCompose.getInitialState());
  useConnection.setState(useConnection.getInitialState());
});

describe('signBundle', () => {
  it('lets nobody publish the message before while the bundle is being signed', async () => {
    const core = fakeCore();
    const signed = signBundle(bundle, 'VIN1');
    expect(message()).toEqual({ kind: 'composing' });
    expect(await publishComposed(never)).toBeNull();
    core.signing.resolve(composed('bundle'));
    await signed;
    expect(message()).toEqual({ kind: 'ready', composed: composed('bundle') });
    expect(useBundle.getState().bundle).toEqual({ kind: 'signed', bundle, vin: 'VIN1' });
    expect(core.published).toEqual([]);
  });

  it('tells why it was refused, and gives the place back to the form', async () => {
    const core = fakeCore();
    core.signing.reject(new Error('no'));
    await signBundle(bundle, 'VIN1');
    expect(useBundle.getState().bundle).toMatchObject({
      kind: 'open',
      refusal: { code: 'CONNECTION_LOST' },
    });
    expect(useCompose.getState().origin).toBe('form');
    expect(message().kind).toBe('incomplete');
  });

  it.each<[string, () => void, string]>([
    ['an edit of the form', () => editDraft({ version: '1.2.3' }), 'open'],
    ['another vehicle', unsignBundle, 'open'],
    ['closing it', closeBundle, 'none'],
    ['another bundle', () => void openBundle(new File(['x'], 'b.otabundle')), 'reading'],
  ])('takes its message away with %s, signed or not yet', async (_, leave, left) => {
    for (const when of ['before', 'after'] as const) {
      const core = fakeCore();
      const signed = signBundle(bundle, 'VIN1');
      if (when === 'before') leave();
      core.signing.resolve(composed('bundle'));
      await signed;
      if (when === 'after') leave();
      expect(state()).toBe(left);
      expect(message().kind).toBe('incomplete');
      closeBundle();
    }
  });
});

describe('an upload of the form', () => {
  const image: ArtifactView = { sha256: 'a'.repeat(64), name: 'a.bin', length: 1 };
  const sending: Upload = { kind: 'sending', name: 'a.bin', size: 1, sent: 0, startedAt: 0 };
  const ends: [string, Upload][] = [
    ['that is stored', { kind: 'stored', artifact: image }],
    ['that is refused', { kind: 'refused', name: 'a.bin', refusal: NOT_CONNECTED }],
    ['that is cancelled', { kind: 'cancelled', name: 'a.bin' }],
  ];

  it.each(ends)('%s ends no signing of a bundle that was begun since', async (_, upload) => {
    useUpload.setState({ upload: sending });
    const core = fakeCore();
    const signed = signBundle(bundle, 'VIN1');
    useUpload.setState({ upload });
    expect(state()).toBe('storing');
    core.signing.resolve(composed('bundle'));
    await signed;
    expect(message()).toEqual({ kind: 'ready', composed: composed('bundle') });
    expect(state()).toBe('signed');
  });

  it('that begins takes the place of the bundle', async () => {
    const core = fakeCore();
    const signed = signBundle(bundle, 'VIN1');
    useUpload.setState({ upload: sending });
    core.signing.resolve(composed('bundle'));
    await signed;
    expect(state()).toBe('open');
    expect(message().kind).toBe('incomplete');
  });
});

describe('publishComposed', () => {
  it('tells a refusal in the place of the message that was refused', async () => {
    const core = fakeCore();
    await composeBundle(() => Promise.resolve(composed('bundle')));
    const result = publishComposed(never);
    core.publishing.reject(new Error('no'));
    expect(await result).toBeNull();
    expect(message().kind).toBe('refused');
  });

  it('tells a refusal beside what was written meanwhile, which stays', async () => {
    const core = fakeCore();
    await composeBundle(() => Promise.resolve(composed('first')));
    const told: string[] = [];
    const result = publishComposed(({ code }) => told.push(code));
    await composeBundle(() => Promise.resolve(composed('second')));
    core.publishing.reject(new Error('no'));
    expect(await result).toBeNull();
    expect(told).toEqual(['CONNECTION_LOST']);
    expect(message()).toEqual({ kind: 'ready', composed: composed('second') });
  });
});
