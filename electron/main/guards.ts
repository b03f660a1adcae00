import type { Session, WebContents } from 'electron';
import { isOurPage } from './page.ts';

/**
 * Keeps a page where it is: it may reload itself, and nothing else. Links, forms, scripts, frames,
 * redirects, webviews and new windows are all refused.
 */
export function guardContents(contents: WebContents): void {
  const stayHome = (details: {
    url: string;
    isMainFrame: boolean;
    preventDefault(): void;
  }): void => {
    if (!details.isMainFrame || !isOurPage(details.url)) details.preventDefault();
  };
  contents.on('will-navigate', stayHome);
  contents.on('will-frame-navigate', stayHome);
  contents.on('will-redirect', (details) => {
    details.preventDefault();
  });
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  contents.on('select-bluetooth-device', (event, _devices, choose) => {
    event.preventDefault();
    // An empty id is how the choice is cancelled.
    choose('');
  });
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** The one permission granted: writing text to the clipboard after a click, for the copy buttons. */
const GRANTED = 'clipboard-sanitized-write';

/** Denies camera, microphone, screen, location, devices and all else that a page can ask for. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) => {
    answer(permission === GRANTED && isOurPage(contents.getURL()));
  });
  session.setPermissionCheckHandler(
    (contents, permission) =>
      permission === GRANTED && contents !== null && isOurPage(contents.getURL()),
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => {
    answer(null);
  });
  session.setBluetoothPairingHandler((_details, answer) => {
    answer({ confirmed: false });
  });
  session.on('select-hid-device', (event, _details, choose) => {
    event.preventDefault();
    choose(null);
  });
  session.on('select-usb-device', (event, _details, choose) => {
    event.preventDefault();
    choose();
  });
  session.on('select-serial-port', (event, _ports, _contents, choose) => {
    event.preventDefault();
    // An empty id is how the choice is cancelled.
    choose('');
  });
}
