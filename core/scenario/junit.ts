import { type ScenarioResult, type StepResult } from './result.ts';

/**
 * The results as JUnit XML, as CI servers read it: a suite for each scenario, a case for each step,
 * and one for what concerns the whole.
 */
export function junitXml(results: readonly ScenarioResult[]): string {
  const suites = results.map(suiteOf);
  const tests = results.reduce((sum, { steps }) => sum + steps.length + 1, 0);
  const failures = results.filter(({ state }) => state !== 'passed').length;
  const time = seconds(results.reduce((sum, { ms }) => sum + ms, 0));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="OTA Bench scenarios" tests="${String(tests)}" failures="${String(failures)}" time="${time}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteOf(result: ScenarioResult): string {
  const { scenarioId, title, seed, digest, steps, state, failure, ms } = result;
  const cases = steps.map((step) => caseOf(scenarioId, step, failure?.code ?? ''));
  const failedStep = steps.some((step) => step.state === 'failed');
  // An attack that nobody stopped fails without any step that did.
  const whole =
    failure && !failedStep
      ? `    <testcase classname="${attribute(scenarioId)}" name="outcome"><failure type="${attribute(failure.code)}" message="${attribute(failure.reason)}"/></testcase>`
      : `    <testcase classname="${attribute(scenarioId)}" name="outcome"/>`;
  const skipped = steps.filter((step) => step.state === 'skipped').length;
  return [
    `  <testsuite name="${attribute(`${scenarioId}: ${title}`)}" tests="${String(steps.length + 1)}" failures="${state === 'passed' ? '0' : '1'}" skipped="${String(skipped)}" time="${seconds(ms)}">`,
    '    <properties>',
    `      <property name="seed" value="${String(seed)}"/>`,
    `      <property name="digest" value="${digest}"/>`,
    '    </properties>',
    ...cases,
    whole,
    '  </testsuite>',
  ].join('\n');
}

function caseOf(id: string, { index, title, state, detail, ms }: StepResult, code: string): string {
  const name = attribute(`${String(index + 1)}. ${title}`);
  const open = `    <testcase classname="${attribute(id)}" name="${name}" time="${seconds(ms ?? 0)}"`;
  switch (state) {
    case 'passed':
      return `${open}/>`;
    case 'failed':
      return `${open}><failure type="${attribute(code)}" message="${attribute(detail)}"/></testcase>`;
    case 'running':
    case 'skipped':
      return `${open}><skipped/></testcase>`;
  }
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}

/** XML 1.0 has no place for most control characters, escaped or not. */
function attribute(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- these are what XML does not allow
      .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll('\n', '&#10;')
      .replaceAll('\t', '&#9;')
      .replaceAll('\r', '&#13;')
  );
}
