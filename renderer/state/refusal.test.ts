import { ORPCError } from '@orpc/client';
import { describe, expect, it } from 'vitest';
import { NOT_CONNECTED, RefusedHere, toRefusal } from './refusal.ts';

describe('toRefusal', () => {
  it('shows a typed refusal of the core as it is', () => {
    const data = { code: 'NO_VALID_BANK', reason: 'Bank B is empty.', next: 'Install first.' };
    expect(toRefusal(new ORPCError('REFUSED', { status: 422, data }))).toEqual(data);
  });

  it('names the value that the contract did not take', () => {
    const data = { issues: [{ path: ['draft', 'version'], message: 'Too long' }] };
    const refusal = toRefusal(new ORPCError('BAD_REQUEST', { message: 'Input', data }));
    expect(refusal.code).toBe('BAD_REQUEST');
    expect(refusal.reason).toContain('draft.version: Too long');
  });

  it('keeps what this side refused by itself', () => {
    expect(toRefusal(new RefusedHere(NOT_CONNECTED))).toBe(NOT_CONNECTED);
  });

  it.each([new Error('socket closed'), 'text', undefined])(
    'has code, reason and next step for anything else: %s',
    (error) => {
      const refusal = toRefusal(error);
      expect(refusal.code).toBe('CONNECTION_LOST');
      expect(refusal.next).not.toBe('');
    },
  );
});
