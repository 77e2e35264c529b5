import boundaries from 'eslint-plugin-boundaries';
import { defineConfig, globalIgnores } from 'eslint/config';
import typescript from 'typescript-eslint';

/** Low to high: a layer may import itself and every layer before its line; neighbours on a line do not mix. */
const layers = [
  ['shared'],
  ['tensor'],
  ['learning'],
  ['environments', 'datasets'],
  ['trainer'],
  ['dreamer', 'registry', 'figures'],
  ['studio'],
  ['cli', 'electron'],
];

const elements = [
  ...layers.flat().map((type) => ({ type, pattern: type === 'shared' ? 'src/shared' : `src/main/${type}` })),
  { type: 'preload', pattern: 'src/preload' },
  { type: 'renderer', pattern: 'src/renderer' },
  // What stands in src/main itself: the Electron entry.
  { type: 'entry', pattern: 'src/main' },
].map((element) => ({ ...element, partialMatch: false }));

const mayImport = (from, to) => ({
  from: { element: { type: from } },
  allow: { to: { element: { type: to } } },
});

const layerRule = [
  'error',
  {
    default: 'disallow',
    checkUnknownLocals: true,
    message:
      'A layer imports only lower layers (docs/architecture.md): {{ from.element.types }} may not import this file.',
    policies: [
      ...layers.flatMap((line, level) =>
        line.map((layer) => mayImport(layer, [...layers.slice(0, level).flat(), layer])),
      ),
      mayImport('entry', ['shared', 'electron']),
      mayImport('preload', ['shared']),
      mayImport('renderer', ['shared']),
    ],
  },
];

const electronOnly = {
  name: 'electron',
  message: 'Only src/main/electron, src/main/index.ts and the preload script know Electron.',
};
const outsideWorld = {
  regex: '^(node:.*|better-sqlite3|onnxruntime-node|@napi-rs/canvas)$',
  message: 'Learning is pure: it knows no files, processes, databases or engines.',
};
const restrictedImports = (paths, patterns) => ['error', { paths, patterns }];

export default defineConfig([
  globalIgnores(['out/', 'out.*/', '.cache/', 'coverage/', '**/fixtures/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...typescript.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'VariableDeclarator[id.name=/^(require|__filename|__dirname)$/]',
          message: 'The bundler may declare this name in the same file: choose another.',
        },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Use randomGenerator: equal seeds give equal runs.' },
      ],
    },
  },
  {
    // A promise that nobody waits for loses its error; only the type checker can see one.
    files: ['src/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    ignores: ['src/renderer/**'],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': elements,
      // Every layer may read the application's version, and the experiments and the experts' weights that come with it.
      'boundaries/ignore': ['package.json', 'experiments/*.json', 'resources/experts/*.json'],
      'boundaries/legacy-templates': false,
      'import/resolver': { node: { extensions: ['.ts', '.js'] } },
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': layerRule,
      'no-restricted-imports': restrictedImports([electronOnly], []),
    },
  },
  {
    files: ['src/main/learning/**/*.ts'],
    rules: { 'no-restricted-imports': restrictedImports([electronOnly], [outsideWorld]) },
  },
  {
    files: ['src/main/index.ts', 'src/main/electron/**/*.ts', 'src/preload/**/*.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    // A test may stage its layer with pieces of any other.
    files: ['src/**/*.test.ts'],
    rules: {
      'boundaries/dependencies': 'off',
      'no-restricted-imports': restrictedImports([electronOnly], []),
    },
  },
]);
