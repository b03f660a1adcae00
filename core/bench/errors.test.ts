import { ORPCError } from '@orpc/server';
import { describe, expect, it } from 'vitest';
import { BenchError, refusalOf } from './errors.ts';

const refusal = { code: 'ECU_UNKNOWN', reason: 'no such ECU', next: 'choose another' };

describe('refusalOf', () => {
  it('lets a coded error speak for itself', () => {
    const error = new BenchError('ECU_UNKNOWN', 'no such ECU', { next: 'choose another' });
    expect(refusalOf(error)).toEqual(refusal);
  });

  it('reads what a procedure refused', () => {
    expect(refusalOf(new ORPCError('REFUSED', { data: refusal }))).toEqual(refusal);
  });

  it.each([
    ['DISK_FULL', { code: 'ENOSPC' }],
    ['DISK_FULL', { code: 'ERR_SQLITE_ERROR', errcode: 13 }],
    ['WORKSPACE_READ_ONLY', { code: 'EROFS' }],
  ])('names what the disk refused, whoever was writing: %s', (code, more) => {
    const error = Object.assign(new Error('write'), more);
    expect(refusalOf(error)).toMatchObject({
      code,
      reason: expect.stringContaining('write') as string,
    });
  });

  it.each([new Error('odd'), 'odd', new ORPCError('REFUSED', { message: 'odd', data: 7 })])(
    'says at least what an unforeseen failure was: %s',
    (error) => {
      expect(refusalOf(error)).toMatchObject({ code: 'UNEXPECTED', reason: 'odd' });
    },
  );
});
