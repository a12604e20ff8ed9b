import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Globals that a pure rule must be handed as arguments. */
const impure = ['process', 'fetch', 'crypto', 'setTimeout', 'setInterval'].map((name) => ({
  name,
  message: 'The domain is pure: time, ids, randomness and the world come in as arguments.',
}));

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.homerealm/**', '.nx/**', '**/fixtures/**', 'apps/console/**'] },
  { files: ['**/*.mjs', '**/*.cjs'], ...js.configs.recommended, languageOptions: { globals: globals.node } },
  {
    files: ['**/*.ts'],
    extends: [js.configs.recommended, ...tseslint.configs.recommended],
    languageOptions: {
      globals: globals.node,
      parserOptions: {
        project: '.config/tsconfig.check.json',
        tsconfigRootDir: new URL('..', import.meta.url).pathname,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },
  { files: ['**/*.entity.ts', '**/*.entities.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
  {
    files: ['apps/*/src/**/*.ts'],
    ignores: [
      '**/main.ts',
      '**/*.spec.ts',
      '**/*.accept.ts',
      'apps/acceptance/**',
      'apps/demo-app/**',
      'apps/entra-simulator/**',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings are read once, in main.ts.' },
      ],
    },
  },
  {
    files: ['apps/*/src/domain/**/*.ts', 'libs/domain/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': ['error', ...impure],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time comes in as an argument.' },
        { object: 'Math', property: 'random', message: 'Randomness comes in as an argument.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time comes in as an argument.' },
      ],
    },
  },
);
