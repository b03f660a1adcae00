/** The arrows of ARCHITECTURE.md. TypeScript's references hold them too; this names the rule that broke. */
const test = '\\.test\\.tsx?$';

module.exports = {
  forbidden: [
    {
      name: 'contract-imports-zod-and-orpc-only',
      severity: 'error',
      from: { path: '^core/contract/', pathNot: test },
      to: { pathNot: '^core/contract/|^node_modules/(zod|@orpc/contract)/' },
    },
    {
      name: 'rooms-by-their-door',
      severity: 'error',
      from: { path: '^core/([^/]+)/' },
      to: { path: '^core/([^/]+)/', pathNot: '^core/$1/|^core/[^/]+/index\\.ts$' },
    },
    {
      name: 'core-by-its-door-from-outside',
      severity: 'error',
      from: { path: '^(electron|headless|renderer)/' },
      to: { path: '^core/', pathNot: '^core/[^/]+/index\\.ts$' },
    },
    {
      name: 'hosts-know-bench-contract-ports',
      severity: 'error',
      from: { path: '^(electron|headless)/', pathNot: test },
      to: { path: '^core/', pathNot: '^core/(bench|contract|ports)/' },
    },
    {
      name: 'renderer-knows-contract',
      severity: 'error',
      from: { path: '^renderer/', pathNot: `${test}|^renderer/desktop\\.ts$` },
      to: { path: '^(core|electron|headless)/', pathNot: '^core/contract/' },
    },
    {
      name: 'one-file-knows-the-desktop-by-its-types',
      severity: 'error',
      from: { path: '^renderer/desktop\\.ts$' },
      to: {
        path: '^(core|electron|headless)/',
        pathNot: '^electron/channel/index\\.ts$',
      },
    },
    {
      name: 'core-has-no-window',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: '^(electron|headless|renderer)/|^node_modules/(electron|react|react-dom)/' },
    },
    {
      name: 'bench-is-the-top-of-core',
      severity: 'error',
      from: { path: '^core/(?!bench/|testing/)', pathNot: test },
      to: { path: '^core/(bench|testing)/' },
    },
    {
      name: 'only-connect-picks-a-transport',
      severity: 'error',
      from: { path: '^renderer/', pathNot: '^renderer/connect\\.ts$' },
      to: { path: '^node_modules/@orpc/client/dist/adapters/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.cache|^out/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.cjs', '.json', '.css', '.svg'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
