import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, Fault } from '#core/contract';
import { faultKinds, parseFault } from './index.ts';

function refusal(text: string): { code: string; reason: string; next: string } {
  try {
    parseFault(text);
  } catch (error) {
    return error as { code: string; reason: string; next: string };
  }
  throw new Error(`${text} was taken`);
}

/** A fault of its examples: of those that exclude each other the first. */
function example(kind: (typeof FAULT_KINDS)[number]): string {
  const { parameters } = faultKinds().find((each) => each.kind === kind)!;
  const seen = new Set<string>();
  const pairs = parameters.flatMap((each) => {
    if (each.oneOf !== null && seen.has(each.oneOf)) return [];
    if (each.oneOf !== null) seen.add(each.oneOf);
    return [`${each.name}="${String(each.example)}"`];
  });
  return `${kind}:${pairs.join(',')}`;
}

describe('the kinds of faults', () => {
  it.each([...FAULT_KINDS])('%s can be set from its form as it stands', (kind) => {
    const { fault } = parseFault(example(kind));
    expect(fault.kind).toBe(kind);
    expect(Fault.parse(fault)).toEqual(fault);
  });

  it.each([...FAULT_KINDS])('%s is refused just outside the bounds of its form', (kind) => {
    const { parameters } = faultKinds().find((each) => each.kind === kind)!;
    const base = parseFault(example(kind)).fault as Record<string, unknown>;
    for (const { name, type } of parameters) {
      if (type.kind !== 'integer') continue;
      const [outer, inner] = name.split('.');
      const within = (value: number): unknown =>
        inner === undefined
          ? { ...base, [outer!]: value }
          : { ...base, [outer!]: { [inner]: value } };
      expect(Fault.safeParse(within(type.min)).success, `${name} at its least`).toBe(true);
      expect(Fault.safeParse(within(type.max)).success, `${name} at its most`).toBe(true);
      expect(Fault.safeParse(within(type.min - 1)).success, `${name} below`).toBe(false);
      expect(Fault.safeParse(within(type.max + 1)).success, `${name} above`).toBe(false);
      expect(Fault.safeParse(within(type.min + 0.5)).success, `${name} in parts`).toBe(false);
    }
  });

  it('say what stops them, each with its code or rule', () => {
    for (const { kind, stoppedBy, summary, title } of faultKinds()) {
      expect(`${title} ${summary} ${stoppedBy}`, kind).toMatch(
        /[A-Z]{3,}|\[[DP]\d\]|resum|watchdog|goes on|persist/,
      );
    }
  });
});

describe('a fault as somebody types it', () => {
  it.each([
    ['powerCut:byte=4096', { kind: 'powerCut', at: { byte: 4_096, where: 'disk' }, offMs: 500 }],
    [
      'powerCut:at.byte=1MiB,where=bank,offMs=2s',
      { kind: 'powerCut', at: { byte: 1_048_576, where: 'bank' }, offMs: 2_000 },
    ],
    ['powerCut:state=installing', { kind: 'powerCut', at: { state: 'installing' }, offMs: 500 }],
    ['powerCut:now=true', { kind: 'powerCut', at: { now: true }, offMs: 500 }],
    ['bitFlipInTransit', { kind: 'bitFlipInTransit' }],
    ['clockSkew:offsetMs=-2d', { kind: 'clockSkew', offsetMs: -172_800_000 }],
    ['voltageSag:millivolts=9V', { kind: 'voltageSag', millivolts: 9_000, during: 'install' }],
    [
      'selfTestFails:complaint="no light, no sound",ecuId=7',
      { kind: 'selfTestFails', ecuId: '7', times: 1, complaint: 'no light, no sound' },
    ],
    ['{"kind":"reorder","window":3}', { kind: 'reorder', window: 3 }],
  ])('%s is understood', (text, fault) => {
    expect(parseFault(text)).toEqual({ vin: null, fault });
  });

  it('may name the vehicle', () => {
    expect(parseFault('diskFull:vin=VIN2,afterBytes=0').vin).toBe('VIN2');
  });

  it.each([
    ['meteorite:size=3', /no kind of fault "meteorite".*powerCut.*diskFull/],
    ['', /no kind of fault ""/],
    ['powerCut', /at: give one of/],
    ['powerCut:byte=1,state=installing', /at: give one of/],
    ['powerCut:byte=-1', /at\.byte/],
    ['powerCut:byte=1.5', /at\.byte: "1\.5" is no whole number of bytes/],
    ['powerCut:state=dreaming', /at: give one of.*installing/],
    ['powerCut:now=yes', /give true/],
    ['slowDownload:bytesPerSecond=0', /bytesPerSecond/],
    ['slowDownload:speed=3', /no parameter "speed"; it has: bytesPerSecond/],
    ['slowDownload:bytesPerSecond', /no parameter=value/],
    ['slowDownload:bytesPerSecond=1,bytesPerSecond=2', /given twice/],
    ['slowDownload:bytesPerSecond=1h', /no whole number/],
    ['bootloaderChanged:ecuId=../../etc', /ecuId: an ECU’s name/],
    ['bitFlipAtRest:ecuId=brake,bank=C', /bank/],
    ['{"kind":"reorder","window":3,"windoe":4}', /windoe/],
    ['{"kind":', /no JSON/],
    ['{"kind":7}', /kind/],
  ])('%s is refused with what is wrong', (text, reason) => {
    const refused = refusal(text);
    expect(refused.code).toBe('FAULT_INVALID');
    expect(refused.reason).toMatch(reason);
    expect(refused.next).toContain('docs/FAULTS.md');
  });
});
