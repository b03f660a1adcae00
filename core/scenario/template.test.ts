import { describe, expect, it } from 'vitest';
import { setAt, unsetAt } from './index.ts';

describe('a change by path', () => {
  it('sets members on the way and in lists', () => {
    const message: Record<string, unknown> = { manifests: [{ version: '1' }], a: null };
    setAt(message, 'manifests.0.version', '9');
    setAt(message, 'manifests.1', 'more');
    setAt(message, 'a.b.c', 1);
    unsetAt(message, 'a.b.none');
    expect(message).toEqual({ manifests: [{ version: '9' }, 'more'], a: { b: { c: 1 } } });
  });

  it.each(['__proto__.polluted', 'constructor.prototype.polluted', 'a.__proto__.polluted'])(
    'by %s stays in the message',
    (path) => {
      const message = { a: {} };
      setAt(message, path, 'yes');
      unsetAt(message, path.replace('polluted', 'toString'));
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      expect(Object.hasOwn(Object.prototype, 'toString')).toBe(true);
      expect(JSON.stringify(message)).toContain('"polluted":"yes"');
    },
  );

  it.each(['list.length', 'list.4000000000'])('by %s makes no list longer than it is', (path) => {
    expect(() => {
      setAt({ list: [1] }, path, 4_000_000_000);
    }).toThrow(expect.objectContaining({ code: 'REFERENCE_UNKNOWN' }));
  });
});
