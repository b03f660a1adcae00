import js from '@eslint/js';
import i18next from 'eslint-plugin-i18next';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/**
 * The rooms' own 41 configurations say who may import whom, and `tsc --build` holds them to it. The
 * rules need types only: three programs, by what is global in them, load each library three times
 * instead of 41.
 */
const PROGRAMS = ['bench', 'shell', 'window'].map((name) => `scripts/lint/tsconfig.${name}.json`);

/** Folders of the window in which every word comes from the texts of renderer/i18n. */
const SPEAKING = ['i18n', 'ui', 'views'];

const DOORS = [{ selector: 'ExportAllDeclaration', message: 'A door names what it shows.' }];

/** A second, which is what these wait if nothing else is said, is no promise of a busy machine. */
const HASTE = [
  {
    selector:
      'CallExpression[callee.object.name="vi"][callee.property.name=/^wait(For|Until)$/][arguments.length<2]',
    message: 'Wait with expect.poll, or say how long.',
  },
];

/** `stageWords(…)` and its like ask for texts too. */
const TEXTS_AT_LOADING = [
  {
    selector:
      'CallExpression[callee.name=/^(t|textOrNull|\\w+Words)$/]:not(:function CallExpression)',
    message: 'A text is asked for while rendering: the language can change.',
  },
];

/** What reads like a sentence, or is given to a name that is shown; the rule for JSX sees neither. */
const SENTENCE = '/^\\p{Lu}\\p{Ll}*[,:]? \\p{L}/u';
const SHOWN =
  '/^(label|says|title|word|words|message|reason|description|placeholder|confirm|hint|what)$/';
const FROM_TEXTS = 'Words on the screen come from renderer/i18n.';
const SENTENCES = [
  { selector: `Literal[value=${SENTENCE}]:not(Property > .key)`, message: FROM_TEXTS },
  { selector: `TemplateElement[value.raw=${SENTENCE}]`, message: FROM_TEXTS },
  {
    selector: `Property[key.name=${SHOWN}] > Literal[value=/\\p{L}{2}/u]`,
    message: FROM_TEXTS,
  },
];

const WORDS_IN_JSX = {
  mode: 'jsx-only',
  message: 'Words on the screen come from renderer/i18n',
  'should-validate-template': true,
  'jsx-attributes': {
    // What no person reads. Where a type allows a few words only, the rule sees that by itself.
    exclude: [
      ...[
        'className',
        'classNames',
        'style',
        'dir',
        'unit',
        'key',
        'id',
        'type',
        'role',
        'href',
        'component',
      ],
      ...['data-.*', 'aria-(live|hidden|current|haspopup|labelledby|describedby)', 'testId'],
      ...['size', 'variant', 'color', 'position', 'accept', 'autoComplete', 'value', 'form'],
      ...[
        'lang',
        'dir',
        'unit',
        'name',
        'shortcut',
        'mt',
        'w',
        'd',
        'viewBox',
        'points',
        'transform',
        'gap',
        'part',
      ],
    ],
  },
  'object-properties': { exclude: ['[A-Z_-]+', 'value', 'mime', 'name'] },
  callees: {
    exclude: ['t', 'textOrNull', 'show.*', 'use[A-Z].*', 'open.*', 'set[A-Z].*', '\\w+Of'],
  },
  words: {
    // The last three: members of the protocol and paths.
    exclude: [
      /^[^\p{L}]*$/u,
      'OTA Bench',
      'SHA-256',
      'JSON',
      'DCU',
      'ECU',
      'CA',
      'QoS',
      'VIN',
      'ecus',
      'inventory',
      '/vehicles/',
      'ota-bench explain',
      'codes',
      'about',
      '#/help/',
    ],
  },
};

export default tseslint.config(
  {
    ignores: ['out/**', '.cache/**', 'node_modules/**', 'test-results/**', 'playwright-report/**'],
  },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { project: PROGRAMS, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // STYLE 3: unions are exhausted; the default branch calls unreachable().
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // `async` methods of a port may have nothing to wait for in one implementation.
      '@typescript-eslint/require-await': 'off',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      'no-restricted-syntax': ['error', ...DOORS, ...HASTE],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    extends: [hooks.configs.flat.recommended],
    rules: { 'no-restricted-syntax': ['error', ...DOORS, ...HASTE, ...TEXTS_AT_LOADING] },
  },
  {
    files: SPEAKING.map((folder) => `renderer/${folder}/**/*.{ts,tsx}`),
    ignores: ['**/*.test.{ts,tsx}', '**/*.testing.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...DOORS, ...TEXTS_AT_LOADING, ...SENTENCES],
    },
  },
  {
    files: SPEAKING.map((folder) => `renderer/${folder}/**/*.tsx`),
    plugins: { i18next },
    rules: { 'i18next/no-literal-string': ['error', WORDS_IN_JSX] },
  },
  {
    files: ['**/*.test.{ts,tsx}', 'e2e/**/*.ts', 'core/testing/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['*.config.{ts,js}', 'electron.vite.config.ts'],
    rules: { 'no-restricted-exports': 'off' },
  },
  {
    files: ['**/*.{mjs,cjs,js}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        module: 'writable',
        require: 'readonly',
        URL: 'readonly',
        console: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        performance: 'readonly',
        fetch: 'readonly',
        AbortController: 'readonly',
        document: 'readonly',
        Image: 'readonly',
        btoa: 'readonly',
        window: 'readonly',
        localStorage: 'readonly',
        location: 'readonly',
        __dirname: 'readonly',
      },
    },
  },
);
