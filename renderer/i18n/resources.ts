/*
 * One file for each namespace and language; a namespace is a folder of `views`, or `ui`. The words
 * for refusals are in resources/help, where the command line reads them as well.
 */
import enShell from './en/shell.json' with { type: 'json' };
import enBench from './en/bench.json' with { type: 'json' };
import enCompose from './en/compose.json' with { type: 'json' };
import enTraffic from './en/traffic.json' with { type: 'json' };
import enVehicles from './en/vehicles.json' with { type: 'json' };
import enLab from './en/lab.json' with { type: 'json' };
import enTrust from './en/trust.json' with { type: 'json' };
import enSettings from './en/settings.json' with { type: 'json' };
import enGuided from './en/guided.json' with { type: 'json' };
import enReports from './en/reports.json' with { type: 'json' };
import enHelp from './en/help.json' with { type: 'json' };
import enDesktop from './en/desktop.json' with { type: 'json' };
import enUi from './en/ui.json' with { type: 'json' };
import enCodes from '../../resources/help/en/codes.json' with { type: 'json' };
import deShell from './de/shell.json' with { type: 'json' };
import deBench from './de/bench.json' with { type: 'json' };
import deCompose from './de/compose.json' with { type: 'json' };
import deTraffic from './de/traffic.json' with { type: 'json' };
import deVehicles from './de/vehicles.json' with { type: 'json' };
import deLab from './de/lab.json' with { type: 'json' };
import deTrust from './de/trust.json' with { type: 'json' };
import deSettings from './de/settings.json' with { type: 'json' };
import deGuided from './de/guided.json' with { type: 'json' };
import deReports from './de/reports.json' with { type: 'json' };
import deHelp from './de/help.json' with { type: 'json' };
import deDesktop from './de/desktop.json' with { type: 'json' };
import deUi from './de/ui.json' with { type: 'json' };
import deCodes from '../../resources/help/de/codes.json' with { type: 'json' };

const en = {
  shell: enShell,
  bench: enBench,
  compose: enCompose,
  traffic: enTraffic,
  vehicles: enVehicles,
  lab: enLab,
  trust: enTrust,
  settings: enSettings,
  guided: enGuided,
  reports: enReports,
  help: enHelp,
  desktop: enDesktop,
  ui: enUi,
  codes: enCodes,
};

const de = {
  shell: deShell,
  bench: deBench,
  compose: deCompose,
  traffic: deTraffic,
  vehicles: deVehicles,
  lab: deLab,
  trust: deTrust,
  settings: deSettings,
  guided: deGuided,
  reports: deReports,
  help: deHelp,
  desktop: deDesktop,
  ui: deUi,
  codes: deCodes,
};

export type Words = typeof en;

/** Every text of the window. That German has the shape of English is checked by the test beside. */
export const resources = { en, de } as const;

export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];
