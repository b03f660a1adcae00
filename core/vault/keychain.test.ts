import { describe, expect, it } from 'vitest';
import { refusalOf } from './keychain.ts';

describe('refusalOf', () => {
  it.each([
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'KEYCHAIN_UNAVAILABLE'],
    ['Could not connect: No such file or directory', 'KEYCHAIN_UNAVAILABLE'],
    [
      'The name org.freedesktop.secrets was not provided by any .service files',
      'KEYCHAIN_UNAVAILABLE',
    ],
    ['Cannot create an item in a locked collection', 'KEYCHAIN_LOCKED'],
    ['User interaction is not allowed.', 'KEYCHAIN_LOCKED'],
    ['The user name or passphrase you entered is not correct.', 'KEYCHAIN_DENIED'],
    ['User canceled the operation.', 'KEYCHAIN_DENIED'],
    ['Access is denied.\r\n', 'KEYCHAIN_DENIED'],
    ['', 'KEYCHAIN_DENIED'],
    ['The keychain is busy', 'KEYCHAIN_DENIED'],
    ['User interaction is required, but is currently not allowed.', 'KEYCHAIN_LOCKED'],
    ['The specified keychain could not be found.', 'KEYCHAIN_UNAVAILABLE'],
    ['No keychain is available. You may need to restart your computer.', 'KEYCHAIN_UNAVAILABLE'],
    [
      'Object does not exist at path “/org/freedesktop/secrets/collection/login”',
      'KEYCHAIN_UNAVAILABLE',
    ],
    ['Error calling StartServiceByName for org.freedesktop.secrets', 'KEYCHAIN_UNAVAILABLE'],
    ['Timeout was reached', 'KEYCHAIN_UNAVAILABLE'],
    ['The name is not activatable', 'KEYCHAIN_UNAVAILABLE'],
    [
      'A specified logon session does not exist. It may already have been terminated.\r\n',
      'KEYCHAIN_UNAVAILABLE',
    ],
    ['The RPC server is unavailable.\r\n', 'KEYCHAIN_UNAVAILABLE'],
  ])('takes %j as %s', (text, code) => {
    const refusal = refusalOf(new Error(text));
    expect(refusal).toMatchObject({ code, next: expect.any(String) as string });
    expect(refusal.reason).toMatch(/: \S[^\r\n]*$/);
  });
});
