// What a person does between the pictures, in any language.
import { Buffer } from 'node:buffer';

/** A run or an update, on a machine that does other things as well. */
const RUN_MS = 90_000;

export const press = (id) => (page) => page.getByTestId(id).first().click();

export async function endTour(page) {
  await page.getByTestId('tour-skip').click();
}

export async function scanUnknown(page) {
  await page.getByTestId('guided-start-bench').click();
  await page.getByTestId('guided-off').waitFor({ state: 'detached', timeout: RUN_MS });
  await page.getByTestId('guided-vin').fill('WVWZZZ1KZAW000123');
  await page.keyboard.press('Enter');
  await page.getByTestId('guided-unreachable').waitFor();
}

export async function sayWho(page) {
  await page.getByTestId('guided-vin').fill('VIN1234567890');
  await page.keyboard.press('Enter');
  await page.getByTestId('guided-operator').fill('Erika Mustermann');
  await page.getByTestId('guided-order').fill('A-4711');
  await page.getByTestId('guided-purpose').fill('TSB 26-42');
}

export async function chooseReleases(page) {
  await page.getByTestId('guided-next').click();
  await page.getByTestId('guided-samples').click();
  for (const version of ['3.1.0', '3.2.0']) {
    const release = page.locator(`[data-testid=guided-release][data-version="${version}"]`);
    await release.first().click();
  }
  await page.getByTestId('guided-unfit').locator('summary').first().click();
}

export async function seeChecks(page) {
  await page.getByTestId('guided-next').click();
  await page.getByTestId('guided-check-supply').waitFor();
}

/** Two ECUs are written for longer than it takes to draw this. */
export async function startUpdate(page) {
  await page.getByTestId('guided-next').click();
  await page.getByTestId('guided-percent').filter({ hasText: /[1-9]/ }).waitFor();
}

export async function awaitResult(page) {
  await page.getByTestId('guided-outcome').waitFor({ timeout: RUN_MS });
}

export async function makeReport(page) {
  await page.getByTestId('guided-next').click();
  await page.getByTestId('guided-report').waitFor();
}

export async function fillCompose(page) {
  await page.getByTestId('compose-file').setInputFiles({
    name: 'infotainment-4.0.0.bin',
    mimeType: 'application/octet-stream',
    buffer: Buffer.alloc(96 * 1024, 'firmware'),
  });
  await page.getByTestId('compose-version').fill('4.0.0');
  await page.getByTestId('compose-ecu').click();
  await page.getByRole('option').first().click();
}

export async function openMessage(page) {
  await page.getByTestId('nav-traffic').click();
  await page.getByTestId('traffic-row').nth(3).click();
}

export async function listRetained(page) {
  await page.getByTestId('traffic-tab-retained').click();
  await page.getByTestId('retained-list').click();
}

export async function showVehicles(page) {
  await page.keyboard.press('Escape');
  await page.getByTestId('nav-vehicles').click();
  await page.getByTestId('vehicle-tab-ecus').click();
}

export async function searchHelp(page) {
  await page.getByTestId('help-search').fill('SUPPLY');
  await page.getByTestId('help-found').waitFor();
}

export async function openCode(page) {
  await page
    .getByTestId('help-found')
    .getByRole('link', { name: /SUPPLY_LOW/ })
    .click();
  await page.getByTestId('help-code').waitFor();
}

export async function runDemo(page) {
  await page.getByTestId('nav-bench').click();
  await page.getByTestId('demo-run').click();
  // Busy, then free again: the end of an earlier update is not taken for this one's.
  const demo = page.getByTestId('demo-run');
  await demo.and(page.locator(':disabled')).waitFor();
  await demo.and(page.locator(':enabled')).waitFor({ timeout: RUN_MS });
}

export async function askForRollback(page) {
  await page.keyboard.press('Escape');
  await page.getByTestId('vehicle-tab-ecus').click();
  await page.getByTestId('rollback-infotainment').click();
  await page.getByTestId('rollback-confirm').waitFor();
}

export async function rollBack(page) {
  await page.getByTestId('rollback-confirm').click();
  await page.getByTestId('verdict').waitFor();
  await page.getByTestId('rollback-close').click();
}

export async function openVerdict(page) {
  await page.getByTestId('vehicle-tab-history').click();
  await page.getByTestId('past').first().click();
}

/** One more of the same kind, to look at beside the first. */
export async function compare(page) {
  await page.getByTestId('vehicles-add').click();
  await page.getByTestId('vehicle-add-vin').fill('VIN2000000042');
  await page.getByTestId('vehicle-add-confirm').click();
  await page.getByTestId('vehicle-VIN2000000042').waitFor();
  await page.getByTestId('vehicle-tab-compare').click();
  await noticesGone(page);
}

export async function runScenario(page) {
  await page.getByTestId('nav-lab').click();
  await page.getByTestId('run-plain-update').click();
  await page.locator('[data-testid=run-result][data-outcome=passed]').waitFor();
}

export async function runAttack(page) {
  await page.getByTestId('lab-tab-attacks').click();
  await page.getByTestId('run-attack-foreign-key').click();
  await page.locator('[data-testid=run-result][data-outcome=stopped]').waitFor({ timeout: RUN_MS });
  await page.getByTestId('run-without').click();
  await page
    .locator('[data-testid=without-check][data-outcome=harmed]')
    .waitFor({ timeout: RUN_MS });
}

export async function editScenario(page) {
  await page.getByTestId('scenario-file').setInputFiles({
    name: 'wrong.json',
    mimeType: 'application/json',
    buffer: Buffer.from('{\n  "format": 1,\n  "id": 7\n}\n'),
  });
  await page.getByTestId('problem').first().waitFor();
}

export async function leaveEditor(page) {
  await page.getByTestId('editor-close').click();
  await page.getByTestId('lab-tab-faults').click();
}

export async function askForCertificate(page) {
  await page.getByTestId('nav-trust').click();
  await page.getByTestId('trust-issue').click();
  await page.getByTestId('issue-cn').fill('VIN2000000042');
  await page.getByTestId('issue-days').fill('20');
}

/** Certificates for the calendar to show: one that ends soon, one far off, one revoked. */
export async function manyCertificates(page) {
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

export async function faultyRules(page) {
  await page.getByTestId('trust-tab-acl').click();
  await page.getByTestId('acl-sample').click();
  await page.getByTestId('cell-progress-write-dcu_user').click();
}

async function noticesGone(page) {
  const notice = page.locator('.mantine-Notification-root');
  await notice.first().waitFor({ state: 'visible' });
  while ((await notice.count()) > 0) await notice.first().waitFor({ state: 'detached' });
}
