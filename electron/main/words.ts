import type { Language } from '../channel/index.ts';
import type { GlanceUpdate, Role, RoleKind } from './glance.ts';

/** What a person can do about a refusal that a box shows, each a button. */
export type Way = 'ok' | 'again' | 'other-workspace' | 'logs' | 'quit';

/** What the shell itself says: menus, dialogs, notifications. The page has its own texts. */
const english = {
  file: 'File',
  edit: 'Edit',
  view: 'View',
  go: 'Go',
  window: 'Window',
  help: 'Help',
  newUpdate: 'New Update…',
  openFile: 'Open Bundle or Firmware…',
  settings: 'Settings…',
  find: 'Find a Command…',
  trafficWindow: 'Traffic in a Window of Its Own',
  findHelp: 'Search Help…',
  showLogs: 'Open Log Folder',
  diagnostics: 'Save Diagnostics…',
  about: 'About OTA Bench',
  close: 'Close Window',
  show: 'Show OTA Bench',
  quit: 'Quit OTA Bench',
  quitAnyway: 'Quit Anyway',
  cancel: 'Cancel',
  reload: 'Reload',
  wait: 'Wait',
  openWorkspace: 'Open Another Workspace…',
  chooseFolder: 'Choose the folder of the workspace',
  openHere: 'Open Workspace',
  openAnyway: 'Open Anyway',
  otherWorkspaceDetail:
    'If you open another workspace now, the simulated vehicles of this one stop. They continue where they were when it is opened again.',
  ways: {
    ok: 'OK',
    again: 'Try Again',
    'other-workspace': 'Choose Another Folder…',
    logs: 'Open Log Folder',
    quit: 'Quit',
  } satisfies Record<Way, string>,
  bundles: 'Release bundles',
  firmware: 'Firmware and all other files',
  busyTitle: 'A vehicle is being updated',
  busyMessage: (count: number) =>
    count === 1 ? 'A vehicle is being updated.' : `${count} vehicles are being updated.`,
  busyDetail:
    'If you quit now, the simulated vehicles stop with the bench. They continue where they were when it is started again. A real vehicle goes on alone, and its messages are missed until then.',
  moreUpdates: (count: number) => `and ${count} more`,
  unresponsiveMessage: 'The window does not answer.',
  unresponsiveDetail:
    'The bench goes on beside it: reloading the window neither stops a role nor an update.',
  coreRestarted: 'The bench was restarted',
  coreRestartedBody:
    'Its process ended unexpectedly. The roles that ran are started again, and updates continue where they were.',
  pageKeepsEnding: 'The window’s process keeps ending.',
  endedMany: (count: number) => `${count} updates have ended`,
  updateFound: (version: string) => `OTA Bench ${version} is there. Download it?`,
  updateReady: (version: string) =>
    `OTA Bench ${version} is ready. Installing it ends this one and starts the new one.`,
  updateDownload: 'Download',
  updateInstall: 'Install Now',
  later: 'Later',
  ended: {
    completed: 'Update completed',
    failed: 'Update failed',
    refused: 'Update refused',
    rolled_back: 'Rolled back to the previous version',
    cancelled: 'Update cancelled',
  } as Readonly<Record<string, string>>,
  role: { broker: 'Broker', backend: 'Backend', dcu: 'DCU' } satisfies Record<Role, string>,
  state: {
    off: 'off',
    starting: 'starting',
    on: 'running',
    failed: 'failed',
    stopping: 'stopping',
  } satisfies Record<RoleKind, string>,
};

export type Words = typeof english;

const german: Words = {
  file: 'Datei',
  edit: 'Bearbeiten',
  view: 'Ansicht',
  go: 'Gehe zu',
  window: 'Fenster',
  help: 'Hilfe',
  newUpdate: 'Neues Update …',
  openFile: 'Bündel oder Firmware öffnen …',
  settings: 'Einstellungen …',
  find: 'Befehl suchen …',
  trafficWindow: 'Datenverkehr in eigenem Fenster',
  findHelp: 'Hilfe durchsuchen …',
  showLogs: 'Protokollordner öffnen',
  diagnostics: 'Diagnosedaten sichern …',
  about: 'Über OTA Bench',
  close: 'Fenster schließen',
  show: 'OTA Bench anzeigen',
  quit: 'OTA Bench beenden',
  quitAnyway: 'Trotzdem beenden',
  cancel: 'Abbrechen',
  reload: 'Neu laden',
  wait: 'Warten',
  openWorkspace: 'Anderen Arbeitsbereich öffnen …',
  chooseFolder: 'Ordner des Arbeitsbereichs wählen',
  openHere: 'Arbeitsbereich öffnen',
  openAnyway: 'Trotzdem öffnen',
  otherWorkspaceDetail:
    'Wenn Sie jetzt einen anderen Arbeitsbereich öffnen, halten die simulierten Fahrzeuge in diesem an. Sie machen dort weiter, wo sie waren, sobald er wieder geöffnet wird.',
  ways: {
    ok: 'OK',
    again: 'Erneut versuchen',
    'other-workspace': 'Anderen Ordner wählen …',
    logs: 'Protokollordner öffnen',
    quit: 'Beenden',
  },
  bundles: 'Release-Bündel',
  firmware: 'Firmware und alle anderen Dateien',
  busyTitle: 'Ein Fahrzeug wird gerade aktualisiert',
  busyMessage: (count) =>
    count === 1
      ? 'Ein Fahrzeug wird gerade aktualisiert.'
      : `${count} Fahrzeuge werden gerade aktualisiert.`,
  busyDetail:
    'Wenn Sie jetzt beenden, halten die simulierten Fahrzeuge mit dem Prüfstand an. Nach dem nächsten Start machen sie dort weiter, wo sie waren. Ein echtes Fahrzeug arbeitet allein weiter; seine Meldungen fehlen bis dahin.',
  moreUpdates: (count) => `und ${count} weitere`,
  unresponsiveMessage: 'Das Fenster antwortet nicht.',
  unresponsiveDetail:
    'Der Prüfstand läuft daneben weiter: Wenn Sie das Fenster neu laden, halten weder Rollen noch Updates an.',
  coreRestarted: 'Der Prüfstand wurde neu gestartet',
  coreRestartedBody:
    'Sein Prozess endete unerwartet. Die zuvor laufenden Rollen werden wieder gestartet, und Updates machen dort weiter, wo sie waren.',
  pageKeepsEnding: 'Der Prozess des Fensters endet immer wieder.',
  endedMany: (count) => `${count} Updates sind beendet`,
  updateFound: (version) => `OTA Bench ${version} ist verfügbar. Herunterladen?`,
  updateReady: (version) =>
    `OTA Bench ${version} ist bereit. Die Installation beendet diese Version und startet die neue.`,
  updateDownload: 'Herunterladen',
  updateInstall: 'Jetzt installieren',
  later: 'Später',
  ended: {
    completed: 'Update abgeschlossen',
    failed: 'Update fehlgeschlagen',
    refused: 'Update abgelehnt',
    rolled_back: 'Rückfall auf die vorherige Version',
    cancelled: 'Update abgebrochen',
  },
  role: { broker: 'Broker', backend: 'Backend', dcu: 'DCU' },
  state: {
    off: 'aus',
    starting: 'startet',
    on: 'läuft',
    failed: 'fehlgeschlagen',
    stopping: 'hält an',
  },
};

const dictionary: Readonly<Record<Language, Words>> = { en: english, de: german };

export const wordsOf = (language: Language): Words => dictionary[language];

/** The first of the system's languages that we speak; before a page has said which it shows. */
export function languageOf(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const primary = tag.split(/[-_]/, 1)[0]?.toLowerCase();
    if (primary === 'de' || primary === 'en') return primary;
  }
  return 'en';
}

/** One update in a line: vehicle, ECU, version and how far it is. */
export function updateLine({ vin, ecuId, version, progress }: GlanceUpdate): string {
  const what = ecuId === '' ? vin : `${vin} · ${ecuId}`;
  return `${what} → ${version} (${Math.round(progress)} %)`;
}
