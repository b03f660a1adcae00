import type { Finding, Severity } from '#core/contract';

/** The members of SARIF 2.1.0 that we fill; section numbers are those of the OASIS standard. */
export type SarifLog = {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly name: string;
          readonly version: string;
          readonly rules: readonly SarifRule[];
        };
      };
      readonly results: readonly SarifResult[];
    },
  ];
};
type SarifRule = {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly help: { readonly text: string };
};
type SarifResult = {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly kind: 'fail' | 'informational';
  readonly level: 'error' | 'warning' | 'note' | 'none';
  readonly message: { readonly text: string };
  readonly locations: readonly [
    { readonly logicalLocations: readonly [{ readonly name: string; readonly kind: 'resource' }] },
  ];
  readonly properties: { readonly severity: Severity; readonly repair: string };
};

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** 3.27.10: a level that is not `none` belongs to the kind `fail` alone. */
const LEVELS: Readonly<Record<Severity, Pick<SarifResult, 'kind' | 'level'>>> = {
  high: { kind: 'fail', level: 'error' },
  medium: { kind: 'fail', level: 'warning' },
  low: { kind: 'fail', level: 'note' },
  info: { kind: 'informational', level: 'none' },
};

/** The findings for tools that read SARIF; one rule for each code, in the order they appear. */
export function toSarif(findings: readonly Finding[], { version }: { version: string }): SarifLog {
  const rules: SarifRule[] = [];
  const indices = new Map<string, number>();
  const results = findings.map(({ code, severity, title, evidence, repair }): SarifResult => {
    let ruleIndex = indices.get(code);
    if (ruleIndex === undefined) {
      ruleIndex =
        rules.push({ id: code, shortDescription: { text: title }, help: { text: repair } }) - 1;
      indices.set(code, ruleIndex);
    }
    return {
      ruleId: code,
      ruleIndex,
      ...LEVELS[severity],
      message: { text: `${title}: ${evidence}. ${repair}` },
      // Nothing here is a file: the bench itself is what was looked at.
      locations: [{ logicalLocations: [{ name: 'OTA Bench', kind: 'resource' }] }],
      properties: { severity, repair },
    };
  });
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'OTA Bench', version, rules } }, results }],
  };
}
