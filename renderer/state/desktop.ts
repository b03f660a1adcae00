import { isDesktop, type DesktopPlace } from '../desktop.ts';
import { t } from '../i18n/index.ts';
import { openBundle } from './bundle.store.ts';
import { useConnection } from './connection.store.ts';
import { judgeFile, type Dropped } from './dropped.ts';
import { saveFile } from './files.ts';
import { NOT_CONNECTED, RefusedHere } from './refusal.ts';
import { screens, showScreen, type Screen } from './screen.store.ts';
import { focusUpdate } from './updates.store.ts';
import { uploadFirmware } from './upload.store.ts';

const screenNamed = (name: string): Screen | null => screens.find((each) => each === name) ?? null;

/** Shows what a link, a menu or a notification names. @throws RefusedHere SCREEN_UNKNOWN */
export function showPlace(place: DesktopPlace): void {
  switch (place.kind) {
    case 'vehicle':
      showScreen('vehicles', place.vin);
      return;
    case 'update':
      focusUpdate(place.updateId);
      showScreen('bench');
      return;
    case 'screen':
    case 'help': {
      const name = place.kind === 'help' ? 'help' : place.screen;
      const screen = screenNamed(name);
      if (screen === null) {
        throw new RefusedHere({
          code: 'SCREEN_UNKNOWN',
          reason: t('desktop:screenUnknown', { name }),
          next: t('desktop:screenUnknownNext'),
        });
      }
      showScreen(screen, place.kind === 'help' ? place.code : null);
    }
  }
}

/** Help, where this window has a screen for it; false where it has none. */
export function showHelp(): boolean {
  const screen = screenNamed('help');
  if (screen !== null) showScreen(screen);
  return screen !== null;
}

/** Opens what was dropped or chosen on Compose. */
export function takeFile(dropped: Exclude<Dropped, { kind: 'refused' }>): void {
  showScreen('compose');
  void (dropped.kind === 'bundle' ? openBundle(dropped.file) : uploadFirmware(dropped.file));
}

/** A file that a person opened with the application, by its token. @throws RefusedHere FILE_UNREADABLE */
export async function fetchOpened(token: string, name: string): Promise<void> {
  try {
    const answer = await fetch(`opened/${token}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const file = new File([await answer.blob()], name);
    takeFile(judgeFile(file));
  } catch {
    throw new RefusedHere({
      code: 'FILE_UNREADABLE',
      reason: t('desktop:unreadable', { name }),
      next: t('desktop:unreadableNext'),
    });
  }
}

export async function saveDiagnostics(): Promise<void> {
  const { state } = useConnection.getState();
  if (state.kind !== 'up') throw new RefusedHere(NOT_CONNECTED);
  saveFile(await state.client.diagnostics.save());
}

/** Whether there is a folder of logs to open. */
export const hasLogs = isDesktop;
