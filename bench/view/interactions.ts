import type { Page } from '@playwright/test';
import type { Interaction } from './answer.ts';

const WHOLE_ROW = '[data-testid="traffic-row"]:not(.traffic-waits)';

/** There at once: what is measured is how long the window is busy with the input. */
const NEXT_FRAME = 'body';

const to = (screen: string) => (page: Page) => page.getByTestId(`nav-${screen}`).click();
const tab = (name: string) => (page: Page) => page.getByTestId(name).click();

/** To a screen, from one that is none of the heavy ones. */
const screen = (name: string, until: string): Interaction => ({
  name: `screen ${name}`,
  before: to(name === 'settings' ? 'compose' : 'settings'),
  act: to(name),
  until,
});

/** What a person does all day, in the order in which it is measured. */
export const INTERACTIONS: readonly Interaction[] = [
  screen('guided', '.guided'),
  screen('bench', '[data-testid="pipeline"]'),
  screen('compose', '[data-testid="compose-file"]'),
  screen('vehicles', '[data-testid="rack"] [role="option"]'),
  screen('lab', '[data-testid="library-row"]'),
  screen('trust', '[data-testid^="trust-tab-"]'),
  screen('settings', '[data-testid="settings-save"]'),
  screen('traffic', WHOLE_ROW),
  screen('reports', '.reports'),
  screen('help', '.help'),
  {
    name: 'vehicles: another vehicle',
    before: async (page) => {
      await to('vehicles')(page);
      await page.getByTestId('rack-FLEET000001').click();
      await page.getByTestId('vehicle-FLEET000001').waitFor();
    },
    act: (page) => page.getByTestId('rack-FLEET000002').click(),
    until: '[data-testid="vehicle-FLEET000002"]',
  },
  {
    name: 'vehicles: a letter in the search',
    before: (page) => page.getByTestId('rack-find').fill(''),
    act: (page) => page.getByTestId('rack-find').press('1'),
    until: '.rack-count',
  },
  {
    name: 'vehicles: history',
    before: async (page) => {
      await page.getByTestId('rack-find').fill('');
      await tab('vehicle-tab-ecus')(page);
    },
    act: tab('vehicle-tab-history'),
    until: '[data-testid="vehicle-tab-history"][aria-selected="true"]',
  },
  {
    name: 'vehicles: compare with another',
    before: tab('vehicle-tab-ecus'),
    act: tab('vehicle-tab-compare'),
    until: '[data-testid="compare-with"]',
  },
  {
    name: 'compose: list of vehicles',
    before: to('compose'),
    act: (page) => page.getByTestId('compose-vehicle').click(),
    until: '[data-testid="compose-vehicle"][data-expanded]',
  },
  {
    name: 'traffic: open a message',
    before: async (page) => {
      await to('traffic')(page);
      const open = page.getByTestId('traffic-detail');
      // A second click on the row closes it.
      if (await open.isVisible()) await page.locator(WHOLE_ROW).nth(3).click();
      await open.waitFor({ state: 'detached' });
    },
    act: (page) => page.locator(WHOLE_ROW).nth(3).click(),
    until: '[data-testid="traffic-detail"] .detail-body > *',
  },
  {
    name: 'traffic: a letter in the text search, to the next frame',
    before: (page) => page.getByTestId('traffic-text').fill(''),
    act: (page) => page.getByTestId('traffic-text').press('7'),
    until: NEXT_FRAME,
  },
  {
    name: 'traffic: tab of topics',
    before: async (page) => {
      await tab('traffic-tab-messages')(page);
      await page.getByTestId('traffic-text').fill('');
    },
    act: tab('traffic-tab-topics'),
    until: '[data-testid="topic-row"]',
  },
  {
    name: 'palette: opened',
    before: (page) => page.keyboard.press('Escape'),
    act: (page) => page.keyboard.press('Control+k'),
    until: '[role="dialog"] input',
  },
  {
    name: 'palette: a letter, to the next frame',
    before: async (page) => {
      await page.locator('[role="dialog"] input').fill('fleet00000');
    },
    act: (page) => page.keyboard.press('7'),
    until: NEXT_FRAME,
  },
];
