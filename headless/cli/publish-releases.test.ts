import { describe, expect, it } from 'vitest';
import { parseRelease } from './publish-releases.ts';

describe('--release', () => {
  it('names an ECU and a release, once for each ECU', () => {
    const one = parseRelease('brake=r-1');
    expect(parseRelease('engine=r-2', one)).toEqual([
      { ecuId: 'brake', releaseId: 'r-1' },
      { ecuId: 'engine', releaseId: 'r-2' },
    ]);
    expect(() => parseRelease('brake=r-3', one)).toThrow('two releases are for ECU brake');
  });

  it.each(['r-1', '=r-1', 'brake=', ''])('refuses %j with an example', (text) => {
    expect(() => parseRelease(text)).toThrow('ECU=RELEASE-ID');
  });
});
