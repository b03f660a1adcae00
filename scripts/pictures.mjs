// One story through the product; each step goes on from where the one before left the window.

/** All attacks, each on a bench of its own, on a machine that does other things as well. */
const RUNS_MS = 240_000;
const press = (id) => (page) => page.getByTestId(id).click();

/**
 * `name` is the picture drawn after `go`; without one the step only goes on. `published` ones are
 * in docs/images.
 */
export const pictures = [
  { name: 'bench-first', go: press('nav-bench') },
  { name: 'bench', published: true, go: runDemo },
  { name: 'compose', go: press('nav-compose') },
  { name: 'traffic', go: press('nav-traffic') },
  { name: 'vehicles', published: true, go: press('nav-vehicles') },
  { name: 'rollback', published: true, go: askForRollback },
  { go: rollBack },
  { name: 'verdict', published: true, go: openVerdict },
  { name: 'compare', published: true, go: compare },
  { name: 'lab', published: true, go: runScenario },
  { name: 'attacks', published: true, go: runAttacks },
  { name: 'trust-issue', go: askForCertificate },
  { name: 'trust', published: true, go: manyCertificates },
  { name: 'access-rules', published: true, go: faultyRules },
  { name: 'audit', go: press('trust-tab-audit') },
  { name: 'mosquitto', go: press('trust-tab-mosquitto') },
  { name: 'settings', go: press('nav-settings') },
  { name: 'palette', go: (page) => page.keyboard.press('Control+K') },
];

async function runDemo(page) {
  await page.getByTestId('demo-run').click();
  await page.locator('[data-testid=update-stage][data-stage=completed]').first().waitFor();
}

async function askForRollback(page) {
  await page.getByTestId('rollback-infotainment').click();
  await page.getByTestId('rollback-confirm').waitFor();
}

async function rollBack(page) {
  await page.getByTestId('rollback-confirm').click();
  await page.getByTestId('verdict').waitFor();
  await page.getByTestId('rollback-close').click();
}

async function openVerdict(page) {
  await page.getByTestId('vehicle-tab-history').click();
  await page.getByTestId('past').first().click();
}

/** One more of the same kind, to look at beside the first. */
async function compare(page) {
  await page.getByTestId('vehicles-add').click();
  await page.getByTestId('vehicle-add-vin').fill('VIN2000000042');
  await page.getByTestId('vehicle-add-confirm').click();
  await page.getByTestId('vehicle-VIN2000000042').waitFor();
  await page.getByTestId('vehicle-tab-compare').click();
  await noticesGone(page);
}

async function runScenario(page) {
  await page.getByTestId('nav-lab').click();
  await page.getByTestId('run-plain-update').click();
  await page.locator('[data-testid=run-result][data-outcome=passed]').waitFor();
}

async function runAttacks(page) {
  await page.getByTestId('lab-tab-attacks').click();
  await page.getByTestId('run-all').click();
  await page.locator('[data-testid=run-counts][data-state=ended]').waitFor({ timeout: RUNS_MS });
  await page.getByTestId('run-attack-foreign-key').click();
  await page.locator('[data-testid=run-result][data-outcome=stopped]').waitFor();
  await page.getByTestId('run-without').click();
  await page.locator('[data-testid=without-check][data-outcome=harmed]').waitFor();
}

async function askForCertificate(page) {
  await page.getByTestId('nav-trust').click();
  await page.getByTestId('trust-issue').click();
  await page.getByTestId('issue-cn').fill('VIN2000000042');
  await page.getByTestId('issue-days').fill('20');
}

/** Certificates for the calendar to show: one that ends soon, one far off, one revoked. */
async function manyCertificates(page) {
  await page.getByTestId('issue-confirm').click();
  await page.getByTestId('issue').waitFor({ state: 'hidden' });
  await page.getByTestId('trust-issue').click();
  await page.getByTestId('issue-cn').fill('workshop-laptop');
  await page.getByTestId('issue-days').fill('200');
  await page.getByTestId('issue-confirm').click();
  await page.getByTestId('issue').waitFor({ state: 'hidden' });
  await page.getByTestId('certificate-revoke').click();
  await page.getByTestId('revoke-confirm').click();
  await page.locator('[data-testid="certificate-row"][data-cn="VIN1234567890"]').click();
  await noticesGone(page);
}

async function faultyRules(page) {
  await page.getByTestId('trust-tab-acl').click();
  await page.getByTestId('acl-sample').click();
  await page.getByTestId('cell-progress-write-dcu_user').click();
}

async function noticesGone(page) {
  const notice = page.locator('.mantine-Notification-root');
  await notice.first().waitFor({ state: 'visible' });
  while ((await notice.count()) > 0) await notice.first().waitFor({ state: 'detached' });
}
