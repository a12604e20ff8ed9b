import { inRoot } from './repository.mjs';

const bin = (...parts) => inRoot('node_modules', ...parts);

/** Command lines of the tools, to be run by node, in the checkout's top folder. */
export const eslint = (...args) => [
  bin('eslint', 'bin', 'eslint.js'),
  '--config',
  '.config/eslint.config.mjs',
  '--cache',
  '--cache-location',
  '.homerealm/cache/eslint',
  ...args,
  '.',
];

export const prettier = (mode) => [
  bin('prettier', 'bin', 'prettier.cjs'),
  '--config',
  '.config/prettier.json',
  '--log-level',
  'warn',
  mode,
  '.',
];

export const typecheck = () => [bin('typescript', 'bin', 'tsc'), '-p', '.config/tsconfig.check.json'];

export const jest = (...args) => [bin('jest', 'bin', 'jest.js'), '--config', '.config/jest.config.mjs', ...args];

/** Jest runs our ES modules only with this; its workers take it from the environment. */
export const jestEnvironment = () => ({
  ...process.env,
  NODE_OPTIONS: [process.env.NODE_OPTIONS, '--experimental-vm-modules', '--no-warnings'].filter(Boolean).join(' '),
});
