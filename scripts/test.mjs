// npm test: sets up and passes every check, then says what ran, by kind, and what was skipped.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join, relative } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { findElectron } from './electron.mjs';
import { needDebian } from './outside.mjs';
import { ensureInstalled, node24, root, toolEnvironment } from './setup.mjs';
import { ensureTools } from './tools.mjs';

const strict = process.env.CI === 'true';
const reports = join(root, '.cache', 'reports');
const packages = join(root, 'node_modules');

ensureInstalled();
const missing = ensureTools();
ensureBuilt();
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

/** @type {{ kind: string, passed: number, failed: number, skipped: number, seconds: number }[]} */
const rows = [];
/** @type {string[]} */
const failures = [];
const notes = [
  ...missing.map((name) => `missing on this machine: ${name}`),
  ...needDebian().map((file) => `skipped: ${file} (needs Debian's programs or POSIX signals)`),
];

// What only reads the sources keeps a core busy for minutes: it gets what the tests leave, which
// wait for timers and for each other a fifth of their time.
const reading = readSources();
await vitest('unit');
await vitest('integration');
// One run for all: no project waits for the last spec of another.
const projects = ['browser', 'standin'];
if (findElectron()) projects.push('electron');
else notes.push('skipped: the end-to-end specs under real Electron (its binary is not here)');
await endToEnd(projects);
await reading;
summarise();

async function readSources() {
  await check('types', 'typescript/bin/tsc', ['--build']);
  const lint = ['.', '--cache', '--cache-location', '.cache/eslint'];
  await check('lint', 'eslint/bin/eslint.js', lint);
  await check('format', 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']);
  await check('layers', null, ['scripts/layers.mjs']);
  await check('unused', 'knip/bin/knip.js', []);
}

/** A check that either holds or does not: one row, one count. */
async function check(kind, bin, args) {
  const { status, seconds } = await started(kind, bin, args);
  const failed = status === 0 ? 0 : 1;
  rows.push({ kind, passed: 1 - failed, failed, skipped: 0, seconds });
}

/** One project of vitest: it counts its own tests into a JSON report. */
async function vitest(project) {
  const report = join(reports, `${project}.json`);
  const { status, seconds } = await run(project, 'vitest/vitest.mjs', [
    ...['run', '--project', project, '--reporter=default', '--reporter=json'],
    `--outputFile.json=${report}`,
  ]);
  const counts = countVitest(report);
  if (counts.failed === 0 && (status !== 0 || counts.passed === 0)) {
    counts.failed = 1;
    failures.push(`${project}, outside its files`);
  }
  rows.push({ kind: project, ...counts, seconds });
}

/** Projects of Playwright in one run: a row for each. */
async function endToEnd(projects) {
  if (missing.includes('Chromium')) {
    rows.push({ kind: 'end-to-end', passed: 0, failed: 0, skipped: 1, seconds: 0 });
    return;
  }
  const report = join(reports, 'end-to-end.json');
  const args = ['test', ...projects.flatMap((project) => ['--project', project])];
  const { status, seconds } = await run('end-to-end', '@playwright/test/cli.js', args, {
    OTA_BENCH_REPORT: report,
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
  });
  const names = { browser: 'end-to-end', standin: 'stand-in', electron: 'electron' };
  const counted = projects.map((project) => ({
    kind: names[project],
    ...countPlaywright(report, project),
    seconds,
  }));
  for (const counts of counted) if (counts.passed === 0 && counts.failed === 0) counts.failed = 1;
  if (status !== 0 && counted.every(({ failed }) => failed === 0)) {
    counted[0].failed = 1;
    failures.push('end-to-end, outside its specs');
  }
  rows.push(...counted);
}

/** A runner that says itself how far it is. */
async function run(kind, bin, args, env = {}) {
  process.stdout.write(`\n── ${kind} ──\n`);
  return ended(node(bin, args, { stdio: ['ignore', 'inherit', 'inherit'], env }));
}

/** One beside others, after them in turn: what it prints comes in one piece, at its end. */
async function started(kind, bin, args) {
  const child = node(bin, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => said.push(part));
  const how = await ended(child);
  process.stdout.write(`\n── ${kind} ──\n${Buffer.concat(said).toString()}`);
  return how;
}

/** @param bin of a package, or null where `args` begin with a script of ours */
function node(bin, args, { stdio, env = {} }) {
  const command = bin ? [join(packages, bin), ...args] : args;
  return spawn(node24, command, { cwd: root, stdio, env: { ...toolEnvironment(), ...env } });
}

async function ended(child) {
  const from = Date.now();
  const status = await new Promise((resolve) => {
    child.on('error', () => resolve(null));
    child.on('close', resolve);
  });
  return { status, seconds: (Date.now() - from) / 1000 };
}

function countVitest(report) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } =
    read(report);
  // A file that could not be loaded, or whose hook failed, has no failed test, yet it failed.
  const outside = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
  );
  failures.push(...outside.map((file) => `${fileOf(file)}, outside its tests`));
  for (const file of testResults) {
    for (const one of file.assertionResults) {
      if (one.status === 'failed') failures.push(`${fileOf(file)}: ${one.fullName}`);
      if (one.status === 'pending' || one.status === 'skipped')
        notes.push(`skipped: ${one.fullName}`);
    }
  }
  return {
    passed: numPassedTests,
    failed: numFailedTests + outside.length,
    skipped: numPendingTests + numTodoTests,
  };
}

function countPlaywright(report, project) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const kinds = { expected: 'passed', skipped: 'skipped' };
  const count = (suite) => {
    for (const inner of suite.suites ?? []) count(inner);
    for (const { tests, file, title } of suite.specs ?? []) {
      for (const { projectName, status } of tests) {
        if (projectName !== project) continue;
        const kind = kinds[status] ?? 'failed';
        counts[kind] += 1;
        if (kind === 'failed') failures.push(`${file} [${project}]: ${title}`);
      }
    }
  };
  for (const suite of read(report).suites) count(suite);
  return counts;
}

/** @returns the path of a test file below the top of the tree */
function fileOf({ name }) {
  return relative(root, name);
}

function read(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    // No report: the runner fell before it could write one; that becomes a failure.
    return {
      numPassedTests: 0,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [],
      suites: [],
    };
  }
}

function summarise() {
  process.stdout.write('\n── what ran ──\n');
  for (const { kind, passed, failed, skipped, seconds } of rows) {
    const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
    process.stdout.write(`${kind.padEnd(12)} ${counts.padEnd(36)} ${seconds.toFixed(1)} s\n`);
  }
  // Also where only the end of what was printed is kept.
  for (const name of failures) process.stdout.write(`failed: ${name}\n`);
  for (const note of notes) process.stdout.write(`${note}\n`);
  const total = (member) => rows.reduce((sum, row) => sum + row[member], 0);
  const failed = total('failed') + (strict ? missing.length : 0);
  process.stdout.write(
    `${total('passed')} passed, ${failed} failed, ${total('skipped')} skipped\n`,
  );
  process.exitCode = failed > 0 ? 1 : 0;
}
