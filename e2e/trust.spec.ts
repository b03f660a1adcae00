import { X509Certificate } from 'node:crypto';
import { expect, test } from './fixtures/test.ts';
import { Trust } from './pages/trust.ts';

type TextFile = { name: string; mimeType: string; buffer: Buffer };

const PASSPHRASE = 'correct horse battery';

test('a certificate is issued, exported, read back with its passphrase only, and revoked', async ({
  bench,
}, testInfo) => {
  testInfo.skip(testInfo.project.name === 'electron', 'Electron asks for a place to save');
  const { page } = bench;
  const trust = new Trust(bench);
  await trust.open('certificates');
  await trust.issue('VIN2000000042');
  await expect(page.getByTestId('calendar').getByText('VIN2000000042')).toBeVisible();

  await page.getByTestId('certificate-export').click();
  const pem = await trust.download(page.getByTestId('export-confirm'));
  expect(new X509Certificate(pem.content).subject).toContain('CN=VIN2000000042');
  expect(pem.content.toString()).not.toContain('PRIVATE KEY');

  await page.getByTestId('certificate-export').click();
  await page.getByLabel('PKCS#12').check();
  await page.getByTestId('passphrase').fill(PASSPHRASE);
  await page.getByTestId('passphrase-again').fill('something else');
  await expect(page.getByTestId('export-confirm')).toBeDisabled();
  await page.getByTestId('passphrase-again').fill(PASSPHRASE);
  const bundle = await trust.download(page.getByTestId('export-confirm'));

  await page.getByTestId('trust-import').click();
  await page.getByTestId('import-files').setInputFiles({
    name: bundle.name,
    mimeType: 'application/x-pkcs12',
    buffer: bundle.content,
  });
  await page.getByTestId('import-passphrase').fill('wrong horse battery');
  await page.getByTestId('import-confirm').click();
  await expect(bench.refusal).toHaveAttribute('data-code', 'PASSPHRASE_WRONG');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('import')).toBeHidden();

  await page.getByTestId('certificate-revoke').click();
  await expect(page.getByTestId('revoke')).toContainText('nothing on this bench');
  await page.getByTestId('revoke-confirm').click();
  await expect(trust.certificate('VIN2000000042')).toHaveAttribute('data-state', 'revoked');
});

test('a file too large to be a certificate is refused before it is sent', async ({ bench }) => {
  const trust = new Trust(bench);
  await trust.open('certificates');
  await bench.page.getByTestId('trust-import').click();
  await bench.page.getByTestId('import-files').setInputFiles({
    name: 'disk.img',
    mimeType: 'application/octet-stream',
    buffer: Buffer.alloc(1_048_577),
  });
  await bench.page.getByTestId('import-confirm').click();
  await expect(bench.refusal).toHaveAttribute('data-code', 'FILE_TOO_LARGE');
});

test('the sample list shows what it breaks, and the repair mends it', async ({ bench }) => {
  const { page } = bench;
  const trust = new Trust(bench);
  await trust.open('acl');
  await page.getByTestId('acl-sample').click();
  const broken = [
    trust.cell('status', 'write', 'backend_user'),
    trust.cell('status', 'read', 'dcu_user'),
    trust.cell('acknowledgment', 'write', 'dcu_user'),
    trust.cell('progress', 'write', 'dcu_user'),
  ];
  for (const cell of broken) await expect(cell).toHaveAttribute('data-verdict', 'broken');
  await broken[3]!.click();
  await expect(page.getByTestId('why')).toContainText('{VIN} is taken literally');
  await expect(page.getByTestId('try-live')).toBeDisabled();

  await page.getByTestId('acl-repair').click();
  await expect(page.getByTestId('repair-diff').locator('[data-kind="removed"]')).not.toHaveCount(0);
  await page.getByTestId('repair-take').click();
  for (const cell of broken) await expect(cell).toHaveAttribute('data-verdict', 'works');
  await expect(page.getByTestId('acl-broken')).toBeHidden();
});

test('rules saved while the broker runs hold at once, seen by really trying', async ({ bench }) => {
  const { page } = bench;
  await bench.runDemo();
  const vin = 'VIN1234567890';
  const trust = new Trust(bench);
  await trust.open('acl');
  await trust.cell('progress', 'write', vin).click();
  expect(await trust.tryLive()).toBe('true');
  const before = await trust.rules().innerText();
  const line = /^pattern write .*progress$/m.exec(before)?.[0] ?? '';
  expect(line).not.toBe('');

  await trust.loadRules(before.replace(line, '').replace(/\n+/g, '\n'));
  await expect(trust.cell('progress', 'write', vin)).toHaveAttribute('data-verdict', 'broken');
  await expect(page.getByTestId('try-live')).toBeDisabled();
  await page.getByTestId('acl-save').click();
  await expect(page.getByTestId('acl-save')).toBeDisabled();
  await trust.cell('progress', 'write', vin).click();
  expect(await trust.tryLive()).toBe('false');

  await page.getByTestId('acl-default').click();
  await expect(page.getByTestId('default-rules')).toContainText('your saved rules');
  await page.keyboard.press('Escape');
  await expect(trust.cell('progress', 'write', vin)).toHaveAttribute('data-verdict', 'broken');
  await page.getByTestId('acl-default').click();
  await page.getByTestId('default-rules-confirm').click();
  await expect(trust.cell('progress', 'write', vin)).toHaveAttribute('data-verdict', 'works');
  expect(await trust.tryLive()).toBe('true');
});

test('the matrix is walked with the arrows and is one stop for Tab', async ({ bench }) => {
  const { page } = bench;
  const trust = new Trust(bench);
  await trust.open('acl');
  await trust.cell('issue_details', 'write', 'backend').focus();
  await page.keyboard.press('ArrowRight');
  await expect(trust.cell('issue_details', 'read', 'backend')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(trust.cell('status', 'read', 'backend')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('why')).toContainText('status');
  await page.keyboard.press('Tab');
  await expect(page.locator('.matrix-cell:focus')).toHaveCount(0);
});

test('session-only mode is said in the header, on Trust and by the audit', async ({ bench }) => {
  const { page } = bench;
  await page.getByTestId('vault-mode').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('nav-trust')).toHaveAttribute('aria-current', 'page');
  await expect(page.getByTestId('vault-mode')).toHaveAttribute('data-mode', 'session');
  const trust = new Trust(bench);
  await trust.open('audit');
  await expect(
    page.locator('[data-testid="finding"][data-code="SECRETS_SESSION_ONLY"]'),
  ).toBeVisible();
  expect(page.url()).toContain('#/trust/audit');
});

test('the way to Mosquitto and back', async ({ bench }, testInfo) => {
  testInfo.skip(testInfo.project.name === 'electron', 'Electron asks for a place to save');
  const { page } = bench;
  const trust = new Trust(bench);
  await trust.open('mosquitto');
  const zip = await trust.download(page.getByTestId('mosquitto-export'));
  expect(zip.name).toMatch(/\.zip$/);
  expect(zip.content.subarray(0, 2).toString()).toBe('PK');
  expect(zip.content.includes('mosquitto.conf')).toBe(true);

  const text = (name: string, content: string): TextFile => ({
    name,
    mimeType: 'text/plain',
    buffer: Buffer.from(content),
  });
  const conf = 'listener 1883\nallow_anonymous true\nconnection cloud\n';
  await page.getByTestId('mosquitto-conf').setInputFiles(text('mosquitto.conf', conf));
  const rules = 'user publisher\ntopic write vehicle/updates/+/issue_details\n';
  await page.getByTestId('mosquitto-acl').setInputFiles(text('acl.conf', rules));
  await page.getByTestId('mosquitto-import').click();
  await expect(page.getByTestId('imported-listeners')).toContainText('1883');
  await expect(page.getByTestId('imported-unsupported')).toContainText('connection');
  await page.getByTestId('mosquitto-use-acl').click();
  await expect(trust.rules()).toContainText('user publisher');
  await expect(page.getByTestId('acl-save')).toBeEnabled();
});
