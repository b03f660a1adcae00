import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decide,
  defaultAcl,
  diagnoseAcl,
  doctor,
  guessCast,
  parseAcl,
  printAcl,
  type Cast,
} from './index.ts';

const ROOT = 'vehicle/updates';
const OURS: Cast = {
  backend: 'backend',
  gatekeeper: 'gatekeeper',
  vehicles: ['VIN1', 'VIN2'],
  root: ROOT,
};
/** The example of a well-known document, whose broker answers in the name of the backend. */
const SAMPLE = `# mosquitto.acl - Example ACL configuration

# Backend User
user backend_user
topic write vehicle/updates/+/issue_details
topic read vehicle/updates/+/progress
topic read vehicle/updates/+/status

# DCU User
user dcu_user
topic read vehicle/updates/+/issue_details
topic write vehicle/updates/{VIN}/progress
topic write vehicle/updates/{VIN}/status
`;
const SAMPLE_CAST: Cast = {
  backend: 'backend_user',
  gatekeeper: 'backend_user',
  vehicles: ['dcu_user'],
  root: ROOT,
};

describe('diagnoseAcl', () => {
  const codes = (text: string): string[] => diagnoseAcl(text).map(({ code }) => code);

  it('names every wrong line with its place, and goes on', () => {
    const found = diagnoseAcl('  # note\nuser\ntopic reed a/b\ntopic read a+ \npattern read x%u');
    expect(found.map(({ code, line, column, length }) => [code, line, column, length])).toEqual([
      ['COMMENT_NOT_FIRST_COLUMN', 1, 3, 1],
      ['USER_MISSING', 2, 5, 1],
      ['ACCESS_UNKNOWN', 3, 7, 4],
      ['FILTER_INVALID', 4, 13, 1],
      ['PLACEHOLDER_PARTIAL', 5, 15, 2],
    ]);
  });

  it.each([
    ['user a\ntopic write v/{VIN}/x', 'LITERAL_BRACES'],
    ['user a\ntopic read v/%u/x', 'PLACEHOLDER_IN_TOPIC'],
    ['pattern read v/x', 'PATTERN_WITHOUT_PLACEHOLDER'],
    ['user a\ntopic v/#', 'WILDCARD_WRITE'],
    ['topic read x', 'ANONYMOUS_LINE'],
    ['user a\ntopic read', 'ACCESS_WORD_AS_TOPIC'],
    ['user a\ntopic read\tx', 'CONTROL_CHARACTER'],
    ['user a#\ntopic read x', 'USER_WITH_WILDCARD'],
    ['user a\nuser b\ntopic read x', 'UNUSED_USER'],
    ['user a\ntopic read v/#\ntopic read v/x', 'SHADOWED_LINE'],
    ['user a\ntopic read v/x\ntopic deny v/#', 'SHADOWED_LINE'],
    ['\uFEFFuser a', 'BYTE_ORDER_MARK'],
    ['user\ta', 'TAB_AFTER_KEYWORD'],
    ['user a\ntopic read v/x # mine', 'COMMENT_NOT_FIRST_COLUMN'],
    ['topic read a\0b', 'NUL_CHARACTER'],
  ])('warns of %j: %s', (text, code) => {
    expect(codes(text)).toEqual([code]);
  });

  it('finds nothing in our own list, nor in its CRLF form', () => {
    expect(diagnoseAcl(defaultAcl(ROOT))).toEqual([]);
    expect(diagnoseAcl(defaultAcl(ROOT).replaceAll('\n', '\r\n'))).toEqual([]);
  });

  it('takes a megabyte of anything in bounded time and number', () => {
    const bytes = Buffer.alloc(1_048_576, 'a b\u0001# %u\n{', 'latin1');
    expect(diagnoseAcl(bytes.toString('latin1')).length).toBeLessThanOrEqual(500);
    expect(diagnoseAcl(`topic read ${'/'.repeat(1_048_576)}`)[0]?.code).toBe('FILTER_INVALID');
    expect(diagnoseAcl(`topic ${' '.repeat(1_048_576)}x`)[0]?.code).toBe('ANONYMOUS_LINE');
  });
});

describe('printAcl', () => {
  it('prints what reads back to the same rules, again and again', () => {
    const word = fc.constantFrom('a', 'b c', '+', '%', 'read', '');
    const filter = fc
      .array(word, { minLength: 1, maxLength: 3 })
      .map((levels) => levels.join('/'))
      .filter((text) => text !== '');
    const line = fc.oneof(
      fc.constantFrom('# x', '', 'user ann', 'user bob c'),
      fc
        .tuple(
          fc.constantFrom('topic', 'pattern'),
          fc.constantFrom('read', 'write', 'readwrite', 'deny'),
          filter,
        )
        .map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(fc.array(line), filter, (lines, topic) => {
        const rules = parseAcl(lines.join('\n'));
        const printed = printAcl(rules);
        expect(printAcl(parseAcl(printed))).toBe(printed);
        if (topic.includes('+')) return;
        for (const user of ['ann', 'bob c', null]) {
          for (const access of ['read', 'write'] as const) {
            const question = { user, clientId: 'c', access, topic };
            expect(decide(parseAcl(printed), question).allowed).toBe(
              decide(rules, question).allowed,
            );
          }
        }
      }),
    );
  });
});

describe('doctor', () => {
  it('finds our own list sound', () => {
    const report = doctor(defaultAcl(ROOT), OURS);
    expect(report).toMatchObject({ broken: [], diagnostics: [], repaired: null });
    const needless = report.cells.filter(({ needed, allowed }) => allowed && !needed);
    // `topic read root/#` lets the backend read what it and the others send.
    expect(new Set(needless.map(({ identity }) => identity))).toEqual(new Set(['backend']));
  });

  it('shows what the sample list breaks', () => {
    const { broken, cells } = doctor(SAMPLE, SAMPLE_CAST);
    const all = broken.join('\n');
    expect(all).toContain('backend_user cannot write vehicle/updates/VIN1234567890/status');
    expect(all).toContain('dcu_user cannot read vehicle/updates/VIN1234567890/status');
    expect(all).toContain('nobody can acknowledge');
    expect(all).toContain('line 12 would allow it, but {VIN} is taken literally');
    const issue = cells.find(({ flow, access }) => flow === 'issue_details' && access === 'write');
    expect(issue).toMatchObject({ allowed: true, needed: true, line: 5 });
    expect(issue?.lineText).toBe('topic write vehicle/updates/+/issue_details');
  });

  it('shows every broken flow of the sample, with the line that nearly carries it', () => {
    const { cells, diagnostics } = doctor(SAMPLE, SAMPLE_CAST);
    const broken = cells
      .filter(({ needed, allowed }) => needed && !allowed)
      .map(({ identity, access, flow }) => `${identity} ${access} ${flow}`);
    expect(new Set(broken)).toEqual(
      new Set([
        'backend_user read issue_details',
        'backend_user write status',
        'dcu_user read status',
        'dcu_user write acknowledgment',
        'backend_user read acknowledgment',
        'dcu_user write progress',
        'backend_user write command',
        'dcu_user read command',
        ...['inventory', 'presence', 'firmware_request'].flatMap((flow) => [
          `dcu_user write ${flow}`,
          `backend_user read ${flow}`,
        ]),
        'backend_user write firmware_block',
        'dcu_user read firmware_block',
      ]),
    );
    expect(diagnostics.map(({ code, line }) => [code, line])).toEqual(
      expect.arrayContaining([
        ['LITERAL_BRACES', 12],
        ['LITERAL_BRACES', 13],
      ]),
    );
  });

  it('repairs it with the least change: one line for each right, and no wildcard write', () => {
    const { repaired, cells } = doctor(SAMPLE, SAMPLE_CAST);
    const before = SAMPLE.split('\n');
    const added = (repaired ?? '').split('\n').filter((line) => !before.includes(line));
    const rules = added.filter((line) => line !== '' && !line.startsWith('#'));
    const missing = cells.filter(({ needed, allowed }) => needed && !allowed);
    expect(rules.length).toBeLessThanOrEqual(missing.length);
    expect(rules.filter((line) => /#|readwrite/.test(line))).toEqual([]);
    // The backend speaks to every vehicle, a vehicle for itself alone.
    const { lines } = parseAcl(repaired ?? '');
    const wide = lines.filter(
      ({ access, filter }) => access !== 'read' && filter.startsWith(`${ROOT}/+`),
    );
    for (const line of wide) expect(line).toMatchObject({ user: 'backend_user' });
    expect(diagnoseAcl(repaired ?? '').filter(({ code }) => code === 'WILDCARD_WRITE')).toEqual([]);
  });

  it('repairs the second sample of that document, whose VIN is written out', () => {
    const second = SAMPLE.replaceAll('{VIN}', 'VIN1234567890');
    const { broken, repaired, diagnostics } = doctor(second, SAMPLE_CAST);
    expect(broken.join('\n')).toContain('nobody can acknowledge');
    expect(diagnostics.map(({ code }) => code)).not.toContain('LITERAL_BRACES');
    expect(doctor(repaired ?? '', SAMPLE_CAST).broken).toEqual([]);
    for (const line of second.split('\n')) expect(repaired).toContain(line);
  });

  it('guesses who plays which part in it', () => {
    expect(guessCast(SAMPLE, ROOT)).toEqual(SAMPLE_CAST);
    expect(guessCast('user x\ntopic read y', ROOT)).toBeNull();
  });

  it('repairs the sample, keeping every line, and gives no right that is not needed', () => {
    const { repaired } = doctor(SAMPLE, SAMPLE_CAST);
    for (const line of SAMPLE.split('\n')) {
      if (!line.includes('{VIN}')) expect(repaired).toContain(line);
    }
    const after = doctor(repaired ?? '', SAMPLE_CAST);
    expect(after).toMatchObject({ broken: [], diagnostics: [] });
    const rules = parseAcl(repaired ?? '');
    const forge = { user: 'dcu_user', clientId: 'c', access: 'write' } as const;
    expect(decide(rules, { ...forge, topic: `${ROOT}/VIN1234567890/status` }).allowed).toBe(false);
    expect(decide(rules, { ...forge, topic: `${ROOT}/VIN2/progress` }).allowed).toBe(false);
  });

  it('fills {VIN} with %u where each vehicle logs in as its VIN', () => {
    const text = `user VIN1\ntopic write ${ROOT}/{VIN}/progress\n`;
    const { repaired } = doctor(text, { ...OURS, vehicles: ['VIN1'] });
    expect(repaired).toContain(`pattern write ${ROOT}/%u/progress`);
  });

  it('warns of a vehicle that can speak for another', () => {
    const text = `${defaultAcl(ROOT)}user VIN1\ntopic write ${ROOT}/+/progress\n`;
    expect(doctor(text, OURS).diagnostics).toMatchObject([{ code: 'VEHICLE_OVERREACH', line: 20 }]);
  });

  it('mends whatever list there is, keeps its comments, and passes itself', () => {
    const line = fc.oneof(
      fc.constantFrom('# keep me', '', ' # indented', 'nonsense', 'user', 'topic reed x'),
      fc.constantFrom('backend', 'gatekeeper', 'VIN1', 'else').map((name) => `user ${name}`),
      fc
        .tuple(
          fc.constantFrom('topic', 'pattern'),
          fc.constantFrom('read', 'write', 'readwrite', 'deny'),
          fc.constantFrom('#', `${ROOT}/#`, `${ROOT}/+/status`, `${ROOT}/%u/command`, '{VIN}/x'),
        )
        .map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r\n'), (lines, eol) => {
        const text = lines.join(eol);
        const { repaired, broken } = doctor(text, OURS);
        expect(repaired === null).toBe(broken.length === 0);
        if (repaired === null) return;
        const after = doctor(repaired, OURS);
        expect(after.broken).toEqual([]);
        const kept = (from: string): number => from.split('# keep me').length;
        expect(kept(repaired)).toBe(kept(text));
      }),
      { numRuns: 300 },
    );
  });

  it('says so when no list can help', () => {
    const report = doctor('', { ...OURS, backend: 'a+' });
    expect(report.broken.length).toBeGreaterThan(0);
  });
});
