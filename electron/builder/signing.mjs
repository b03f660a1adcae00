// What can be signed here, by what the environment holds. Nothing of it is ever written down.

const AZURE = [
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
  'OTA_BENCH_AZURE_ENDPOINT',
  'OTA_BENCH_AZURE_ACCOUNT',
  'OTA_BENCH_AZURE_PROFILE',
  'OTA_BENCH_PUBLISHER',
];
const APPLE_KEY = ['APPLE_API_KEY', 'APPLE_API_KEY_ID', 'APPLE_API_ISSUER'];
const APPLE_ACCOUNT = ['APPLE_ID', 'APPLE_APP_SPECIFIC_PASSWORD', 'APPLE_TEAM_ID'];

/**
 * @param {Record<string, string | undefined>} env
 * @returns {{ windows: 'azure' | 'file' | 'off', mac: 'signed' | 'off', notarize: boolean, said: string[] }}
 *   `said` is for a person to read while the installers are made
 * @throws where a signature is demanded (OTA_BENCH_SIGN=required) and cannot be made, or is half described
 */
export function signing(env, platform = process.platform) {
  const has = (names) => names.every((name) => (env[name] ?? '') !== '');
  const some = (names) => names.some((name) => (env[name] ?? '') !== '');
  const half = (names) => names.filter((name) => (env[name] ?? '') === '').join(', ');

  const azure = AZURE.slice(3);
  if (some(azure) && !has(AZURE)) {
    throw new Error(`SIGNING_INCOMPLETE: Azure signing lacks ${half(AZURE)}`);
  }
  const file = some(['WIN_CSC_LINK', 'CSC_LINK']);
  const windows = has(AZURE) ? 'azure' : file ? 'file' : 'off';
  const mac = some(['CSC_LINK', 'CSC_NAME']) ? 'signed' : 'off';
  const notarize = mac === 'signed' && (has(APPLE_KEY) || has(APPLE_ACCOUNT));

  const lines = {
    win32: [
      {
        azure: 'Windows: signed by Azure Trusted Signing',
        file: 'Windows: signed with the certificate of CSC_LINK',
        off: 'Windows: NOT signed, SmartScreen will warn (set CSC_LINK or the AZURE_ variables)',
      }[windows],
    ],
    darwin: [
      mac === 'signed'
        ? 'macOS: signed with the certificate of CSC_LINK'
        : 'macOS: NOT signed, Gatekeeper will refuse to open it (set CSC_LINK)',
      notarize
        ? 'macOS: notarised by Apple'
        : 'macOS: NOT notarised (set APPLE_API_KEY, APPLE_API_KEY_ID and APPLE_API_ISSUER)',
    ],
    linux: ['Linux: AppImage and deb carry no signature; publish their SHA-256 beside them'],
  };
  const wanting =
    (platform === 'win32' && windows === 'off') || (platform === 'darwin' && !notarize);
  if (env.OTA_BENCH_SIGN === 'required' && wanting) {
    throw new Error(`SIGNING_REQUIRED: ${lines[platform].join('; ')}`);
  }
  return { windows, mac, notarize, said: lines[platform] ?? [] };
}
