// What an installation carries: the built parts, the resources that are read at run time, and the
// two packages with native code, with the binaries of its platform. All else is bundled into out/.

const OURS = [
  'out/main/**',
  'out/preload/**',
  'out/renderer/**',
  'resources/**',
  // Examples for whoever writes a client of their own: in the repository, not in the application.
  '!resources/paho/**',
  '!resources/icons/**',
  'resources/icons/icon.png',
  'resources/icons/tray*.png',
];

/** The order decides: nothing of node_modules, then these. */
const NATIVE = [
  '!**/node_modules/**',
  'node_modules/keytar/{package.json,LICENSE.md,lib/**}',
  'node_modules/classic-level/{package.json,LICENSE,*.js}',
  // Bound to Node-API, not to one Electron. macOS has both processors, because the universal
  // application is made of two that must carry the same files.
  'node_modules/keytar/prebuilds/${platform}-{x64,arm64}/*.node',
  '!node_modules/keytar/prebuilds/{win32,linux}-arm64/**',
  'node_modules/classic-level/prebuilds/${platform}-{x64,x64+arm64}/classic-level.node',
];

/** What classic-level needs at run time. Its C++ headers (napi-macros) are for building alone. */
const PURE = [
  'abstract-level',
  'buffer',
  'base64-js',
  'ieee754',
  'is-buffer',
  'level-supports',
  'level-transcoder',
  'maybe-combine-errors',
  'module-error',
  'node-gyp-build',
].map(
  (name) =>
    `node_modules/${name}/{package.json,LICENSE*,index.js,node-gyp-build.js,*-*.js,lib/**/*.js}`,
);

export const FILES = [...OURS, ...NATIVE, ...PURE];
