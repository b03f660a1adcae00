import { describe, expect, it } from 'vitest';
import { Finding, type Severity } from '#core/contract';
import { z } from 'zod';
import { toJson, toSarif } from './index.ts';

const aFinding = (code: string, severity: Severity): Finding => ({
  ...{ code, severity, title: `Title of ${code}`, evidence: 'seen here', repair: 'Mend it.' },
});
const FINDINGS = [
  aFinding('A_CODE', 'high'),
  aFinding('B_CODE', 'medium'),
  aFinding('B_CODE', 'low'),
  aFinding('C_CODE', 'info'),
];

/** What SARIF 2.1.0 demands of the members that we write: names, types and required ones (3.13 to 3.49). */
const Message = z.strictObject({ text: z.string().min(1) });
const Sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.array(
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string().min(1),
          version: z.string(),
          rules: z.array(
            z.strictObject({ id: z.string(), shortDescription: Message, help: Message }),
          ),
        }),
      }),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.number().int().min(0),
          kind: z.enum(['notApplicable', 'pass', 'fail', 'review', 'open', 'informational']),
          level: z.enum(['none', 'note', 'warning', 'error']),
          message: Message,
          locations: z.array(
            z.strictObject({
              logicalLocations: z.array(z.strictObject({ name: z.string(), kind: z.string() })),
            }),
          ),
          properties: z.record(z.string(), z.unknown()),
        }),
      ),
    }),
  ),
});

describe('findings as files', () => {
  it('are SARIF 2.1.0, each pointing at the rule of its code', () => {
    const log = Sarif.parse(JSON.parse(JSON.stringify(toSarif(FINDINGS, { version: '1.2.3' }))));
    const run = log.runs[0]!;
    expect(run.tool.driver).toMatchObject({ name: 'OTA Bench', version: '1.2.3' });
    expect(run.tool.driver.rules.map(({ id }) => id)).toEqual(['A_CODE', 'B_CODE', 'C_CODE']);
    for (const { ruleId, ruleIndex } of run.results) {
      expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    }
    expect(run.results.map(({ level }) => level)).toEqual(['error', 'warning', 'note', 'none']);
    // 3.27.10: with any kind but fail, the level is none.
    for (const { kind, level } of run.results) expect(kind === 'fail').toBe(level !== 'none');
  });

  it('are SARIF without results when nothing is wrong', () => {
    expect(Sarif.parse(toSarif([], { version: '1' })).runs[0]?.results).toEqual([]);
  });

  it('are JSON that reads back to the same findings', () => {
    const file = JSON.parse(toJson(FINDINGS, { version: '1.2.3' })) as { findings: unknown };
    expect(z.array(Finding).parse(file.findings)).toEqual(FINDINGS);
    expect(file).toMatchObject({ tool: 'OTA Bench', version: '1.2.3' });
  });
});
