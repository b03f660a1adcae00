import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { focusUpdate, holdUpdate, useUpdates } from './updates.store.ts';

const focused = () => useUpdates.getState().focusedId;

beforeEach(() => focusUpdate(null));
// The store is that of every test beside this one.
afterAll(() => focusUpdate(null));

describe('holdUpdate', () => {
  it('goes back to the newest once it is let go of', () => {
    const release = holdUpdate('old');
    expect(focused()).toBe('old');
    release();
    expect(focused()).toBeNull();
  });

  it('leaves another that was chosen meanwhile', () => {
    const release = holdUpdate('old');
    focusUpdate('chosen');
    release();
    expect(focused()).toBe('chosen');
  });
});
