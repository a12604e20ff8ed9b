import { z } from 'zod';
import type { SimulatorOptions } from './simulator.js';

/** Every setting of the simulator. */
const Settings = z.object({
  SIMULATOR_PORT: z.coerce.number().int().min(0).max(65_535).default(4500).describe('The port; 0 takes a free one.'),
  SIMULATOR_HOST: z.string().default('127.0.0.1').describe('The address it listens on.'),
  SIMULATOR_ALLOW_REMOTE: z.enum(['true', 'false']).default('false').describe('Listen on more than loopback.'),
  SIMULATOR_ORIGIN: z
    .url({ protocol: /^https$/ })
    .optional()
    .describe('How it is reached; https://localhost:{port} by default.'),
  SIMULATOR_TLS_FOLDER: z
    .string()
    .optional()
    .describe('Where the certificate authority is kept; in memory when missing.'),
  SIMULATOR_SEED_FILE: z.string().optional().describe('JSON: tenants, users and apps beside those of the seed.'),
  SIMULATOR_AUTO_SIGN_IN: z.enum(['true', 'false']).default('false').describe('Follow login_hint without a page.'),
});

/** @throws an Error that lists every setting that is wrong */
export function readSettings(env: NodeJS.ProcessEnv): SimulatorOptions {
  const result = Settings.safeParse(env);
  if (!result.success) {
    const lines = result.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
    throw new Error(`The settings cannot be used:\n${lines.join('\n')}`);
  }
  const { data } = result;
  return {
    port: data.SIMULATOR_PORT,
    host: data.SIMULATOR_HOST,
    allowRemote: data.SIMULATOR_ALLOW_REMOTE === 'true',
    ...(data.SIMULATOR_ORIGIN ? { origin: new URL(data.SIMULATOR_ORIGIN).origin } : {}),
    ...(data.SIMULATOR_TLS_FOLDER ? { tlsFolder: data.SIMULATOR_TLS_FOLDER } : {}),
    ...(data.SIMULATOR_SEED_FILE ? { seedFile: data.SIMULATOR_SEED_FILE } : {}),
    settings: { autoSignIn: data.SIMULATOR_AUTO_SIGN_IN === 'true' },
  };
}
