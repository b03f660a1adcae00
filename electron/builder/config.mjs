// How the installers are made: npm run dist. Nothing is ever uploaded from here.
import { FILES } from './contents.mjs';
import { signing } from './signing.mjs';

/**
 * Where installations look for updates (an https address of a folder), or nothing: then no
 * app-update.yml is packed, and the installed application never asks anybody.
 */
const feed = process.env.OTA_BENCH_FEED_URL ?? '';
const repository = process.env.GITHUB_REPOSITORY ?? '';
/** Debian wants both; .invalid is the name for addresses that lead nowhere (RFC 2606). */
const homepage =
  repository === '' ? 'https://ota-bench.invalid' : `https://github.com/${repository}`;
const maintainer = process.env.OTA_BENCH_MAINTAINER ?? 'OTA Bench <nobody@ota-bench.invalid>';

const sign = signing(process.env);
for (const line of sign.said) process.stderr.write(`OTA Bench: ${line}\n`);

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'dev.ota-bench.app',
  productName: 'OTA Bench',
  copyright: 'Apache-2.0',
  artifactName: 'ota-bench-${version}-${os}-${arch}.${ext}',
  directories: { output: 'dist', buildResources: 'electron/builder' },
  extraMetadata: { homepage },

  files: FILES,
  // Only the binaries lie outside: what is inside is covered by the archive's hashes.
  asar: { smartUnpack: false },
  asarUnpack: ['**/*.node'],
  // Node-API binaries fit every Electron; a rebuild would put this machine's own in their place.
  npmRebuild: false,
  // The window speaks two languages; Chromium's menus and boxes need no more.
  electronLanguages: ['en-US', 'de'],
  publish: feed === '' ? null : [{ provider: 'generic', url: feed }],
  forceCodeSigning: process.env.OTA_BENCH_SIGN === 'required' && process.platform !== 'linux',

  // https://www.electronjs.org/docs/latest/tutorial/fuses: the core is a utility process, which
  // does not need ELECTRON_RUN_AS_NODE, and the page comes from app://, not from file://.
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },

  protocols: [{ name: 'OTA Bench', schemes: ['otabench'] }],
  fileAssociations: [
    {
      ext: 'otabundle',
      name: 'OTA Bench bundle',
      description: 'OTA Bench bundle',
      mimeType: 'application/vnd.ota-bench.bundle+zip',
      // Without its ending: each platform adds its own.
      icon: '../../resources/icons/document',
      role: 'Viewer',
    },
  ],

  win: {
    target: [{ target: 'nsis', arch: ['x64'] }],
    icon: 'resources/icons/icon.ico',
    ...(sign.windows === 'azure'
      ? {
          azureSignOptions: {
            publisherName: process.env.OTA_BENCH_PUBLISHER,
            endpoint: process.env.OTA_BENCH_AZURE_ENDPOINT,
            codeSigningAccountName: process.env.OTA_BENCH_AZURE_ACCOUNT,
            certificateProfileName: process.env.OTA_BENCH_AZURE_PROFILE,
          },
        }
      : {}),
  },
  nsis: {
    oneClick: false,
    // Whoever installs chooses: for themselves, without an administrator, or for everybody.
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    // The workspace is evidence: an uninstaller has no business with it.
    deleteAppDataOnUninstall: false,
    installerLanguages: ['en_US', 'de_DE'],
  },

  mac: {
    target: [{ target: 'dmg', arch: ['universal'] }],
    icon: 'resources/icons/icon.icns',
    category: 'public.app-category.developer-tools',
    darkModeSupport: true,
    hardenedRuntime: true,
    gatekeeperAssess: false,
    entitlements: 'electron/builder/entitlements.mac.plist',
    entitlementsInherit: 'electron/builder/entitlements.mac.plist',
    // null keeps electron-builder from looking for an identity in the keychain of whoever builds.
    ...(sign.mac === 'off' ? { identity: null } : {}),
    notarize: sign.notarize,
    mergeASARs: true,
    // One file for each processor, the same two in both halves: not to be merged.
    x64ArchFiles: '**/node_modules/{keytar,classic-level}/prebuilds/**',
  },
  dmg: {
    icon: 'resources/icons/icon.icns',
    background: 'resources/icons/dmg-background.png',
    window: { width: 540, height: 380 },
    contents: [
      { x: 130, y: 190, type: 'file' },
      { x: 410, y: 190, type: 'link', path: '/Applications' },
    ],
  },

  linux: {
    target: [
      { target: 'AppImage', arch: ['x64'] },
      { target: 'deb', arch: ['x64'] },
    ],
    icon: 'resources/icons/linux',
    executableName: 'ota-bench',
    category: 'Development',
    synopsis: 'Signed over-the-air firmware updates over MQTT on bench ECUs',
    maintainer,
  },
};
