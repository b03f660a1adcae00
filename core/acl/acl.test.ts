import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, defaultAcl, parseAcl, printAcl, type AclQuestion } from './index.ts';

const ask = (text: string, question: Partial<AclQuestion>): [boolean, number | null] => {
  const { allowed, line } = decide(parseAcl(text), {
    user: 'ann',
    clientId: 'c1',
    access: 'read',
    topic: 'a',
    ...question,
  });
  return [allowed, line];
};

describe('parseAcl', () => {
  it('reads every kind of line and remembers where it stood', () => {
    const { lines } = parseAcl(
      '# who\ntopic read open/#\n\nuser ann b\r\ntopic write a/+\ntopic x\npattern deny %u/%c\n',
    );
    expect(lines).toMatchObject([
      { kind: 'topic', line: 2, user: null, access: 'read', filter: 'open/#' },
      { kind: 'topic', line: 5, user: 'ann b', access: 'write', filter: 'a/+' },
      { kind: 'topic', line: 6, user: 'ann b', access: 'readwrite', filter: 'x' },
      { kind: 'pattern', line: 7, access: 'deny', filter: '%u/%c' },
    ]);
  });

  it.each([
    ['allow a/b', 1, 1],
    ['user ann\n  # indented comment', 2, 3],
    ['user', 1, 5],
    ['topic', 1, 6],
    ['pattern  ', 1, 8],
    ['topic reed a/b', 1, 7],
    ['topic read a/#/b', 1, 14],
    ['topic read a/b+/c', 1, 15],
    ['topic\tread a', 1, 1],
    ['pattern read a/x%u/b', 1, 17],
    ['pattern write a/%c%u', 1, 17],
  ])('refuses %j at line %i, column %i', (text, line, column) => {
    expect(() => parseAcl(text)).toThrow(
      expect.objectContaining({ code: 'ACL_SYNTAX', line, column }),
    );
  });

  it('never fails but with its own error', () => {
    const word = fc.constantFrom(
      'user',
      'topic',
      'pattern',
      'read',
      'deny',
      ' ',
      '\n',
      '#',
      '+',
      '/',
      '%u',
      'a',
      '\t',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), (words) => {
        try {
          parseAcl(words.join(' '));
        } catch (error) {
          expect(error).toMatchObject({ code: 'ACL_SYNTAX' });
        }
      }),
    );
  });
});

describe('decide', () => {
  it('refuses what no line speaks of', () => {
    expect(ask('', {})).toEqual([false, null]);
    expect(ask('user bob\ntopic a', {})).toEqual([false, null]);
  });

  it('keeps anonymous lines for anonymous clients', () => {
    expect(ask('topic a', {})).toEqual([false, null]);
    expect(ask('topic a', { user: null })).toEqual([true, 1]);
  });

  it('decides deny first, wherever it stands', () => {
    expect(ask('user ann\ntopic a/#\ntopic deny a/b', { topic: 'a/b' })).toEqual([false, 3]);
    expect(ask('user ann\ntopic a/#\ntopic deny a/b', { topic: 'a/c' })).toEqual([true, 2]);
    expect(ask('pattern a/#\npattern deny a/b', { topic: 'a/b' })).toEqual([false, 2]);
  });

  it('asks the user’s own lines before the patterns', () => {
    expect(ask('user ann\ntopic a\npattern deny a', {})).toEqual([true, 2]);
    expect(ask('user ann\ntopic deny a\npattern a', {})).toEqual([false, 2]);
  });

  it('puts the user and the client id into patterns', () => {
    expect(ask('pattern read %u/in', { topic: 'ann/in' })).toEqual([true, 1]);
    expect(ask('pattern read %u/in', { topic: 'bob/in' })).toEqual([false, null]);
    expect(ask('pattern read %c', { topic: 'c1' })).toEqual([true, 1]);
    expect(ask('pattern read %u', { user: null, topic: '' })).toEqual([false, null]);
  });

  it('refuses names that hold a wildcard', () => {
    for (const name of ['+', '#', 'a+', 'x#y']) {
      expect(ask('pattern read %u/in', { user: name, topic: 'bob/in' })).toEqual([false, null]);
      expect(ask('pattern read %u/in', { clientId: name, topic: 'ann/in' })).toEqual([false, null]);
    }
  });

  it('keeps read and write apart', () => {
    expect(ask('user ann\ntopic read a', { access: 'write' })).toEqual([false, null]);
    expect(ask('user ann\ntopic write a', { access: 'read' })).toEqual([false, null]);
    expect(ask('user ann\ntopic readwrite a', { access: 'write' })).toEqual([true, 2]);
  });

  it.each([
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['a/+', 'a', false],
    ['a/+', 'a/', true],
    ['+/b', '/b', true],
    ['a/b', 'a/b/c', false],
    ['a/b/c', 'a/b', false],
    ['#', '$SYS/load', false],
    ['+/load', '$SYS/load', false],
    ['$SYS/#', '$SYS/load', true],
    ['#', '$share/g/a', false],
    ['$share/#', '$share/g/a', false],
  ])('lets %s read %s: %s', (filter, topic, allowed) => {
    expect(ask(`user ann\ntopic read ${filter}`, { topic })[0]).toBe(allowed);
  });

  it('never lets a client write broker topics', () => {
    expect(ask('user ann\ntopic $SYS/#', { topic: '$SYS/load', access: 'write' })[0]).toBe(false);
  });

  it.each([
    ['a/#', 'a/#', true],
    ['a/#', 'a/+/c', true],
    ['a/#', 'a', true],
    ['a/+', 'a/+', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a/#', false],
    ['a/b', 'a/+', false],
    ['a/+/c', 'a/+/#', false],
    ['#', '$SYS/#', false],
    ['a', '#', false],
  ])('a line reading %s admits the subscription %s: %s', (filter, topic, allowed) => {
    expect(ask(`user ann\ntopic read ${filter}`, { topic, access: 'subscribe' })[0]).toBe(allowed);
  });

  it('a subscription covered by a line can only match topics which that line may read', () => {
    const level = fc.constantFrom('a', 'b', '+', '');
    const filter = fc
      .tuple(fc.array(level, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([levels, hash]) => [...levels, ...(hash ? ['#'] : [])].join('/'))
      .filter((text) => text !== '');
    const topic = fc
      .array(fc.constantFrom('a', 'b', ''), { minLength: 1, maxLength: 4 })
      .map((levels) => levels.join('/'));
    fc.assert(
      fc.property(filter, filter, topic, (line, wanted, name) => {
        const rules = `user ann\ntopic read ${line}`;
        const [covered] = ask(rules, { topic: wanted, access: 'subscribe' });
        const [matched] = ask(`user ann\ntopic read ${wanted}`, { topic: name });
        if (covered && matched) expect(ask(rules, { topic: name })[0]).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('a subscription wholly denied is refused by the denying line', () => {
    const rules = 'user ann\ntopic read a/#\ntopic deny a/x/#';
    expect(ask(rules, { topic: 'a/x/#', access: 'subscribe' })).toEqual([false, 3]);
    expect(ask(rules, { topic: 'a/#', access: 'subscribe' })).toEqual([true, 2]);
  });
});

describe('printAcl', () => {
  it('prints what reads back to the same lines, users gathered', () => {
    const text =
      'topic open\npattern read %u/in\nuser ann\ntopic read a\nuser bob\ntopic b\nuser ann\ntopic deny c\n';
    expect(printAcl(parseAcl(text))).toBe(
      'topic readwrite open\nuser ann\ntopic read a\ntopic deny c\nuser bob\ntopic readwrite b\npattern read %u/in\n',
    );
  });
});

describe('defaultAcl', () => {
  const flows: [string, AclQuestion['access'], string, boolean][] = [
    ['backend', 'write', 'v/VIN1/issue_details', true],
    ['backend', 'subscribe', 'v/#', true],
    ['backend', 'write', 'v/VIN1/status', false],
    ['gatekeeper', 'subscribe', 'v/+/issue_details', true],
    ['gatekeeper', 'write', 'v/VIN1/status', true],
    ['gatekeeper', 'write', 'v/VIN1/command', false],
    ['VIN1', 'subscribe', 'v/VIN1/status', true],
    ['VIN1', 'subscribe', 'v/VIN1/command', true],
    ['VIN1', 'write', 'v/VIN1/status/acknowledgment', true],
    ['VIN1', 'write', 'v/VIN1/progress', true],
    ['VIN1', 'write', 'v/VIN1/firmware/u1/request', true],
    ['VIN1', 'subscribe', 'v/VIN1/firmware/+/block', true],
    ['VIN1', 'write', 'v/VIN2/progress', false],
    ['VIN1', 'subscribe', 'v/+/status', false],
    ['VIN1', 'read', 'v/VIN2/status', false],
    ['VIN1', 'write', 'v/VIN1/issue_details', false],
  ];
  it.each(flows)('%s may %s %s: %s', (user, access, topic, allowed) => {
    expect(ask(defaultAcl('v'), { user, access, topic })[0]).toBe(allowed);
  });
});
