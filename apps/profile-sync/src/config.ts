import { eventSettings } from '@homerealm/events';
import { defineConfig, port, serviceSettings, type SettingsOf } from '@homerealm/platform';
import { z } from 'zod';

export const config = defineConfig({
  PORT: port(4300),
  ...serviceSettings,
  ...eventSettings,
  SEALING_KEYS: z
    .string()
    .describe('Keys that open sealed credentials, `id:base64`, comma separated; the same as at connection-registry.'),
  ENTRA_AUTHORITIES: z
    .string()
    .optional()
    .describe('Allowed authorities, `origin=graphOrigin`, comma separated. By default the Microsoft clouds.'),
  GROUP_REFRESH_BUDGET_MS: z.coerce
    .number()
    .int()
    .positive()
    .default(30_000)
    .describe('Longest time one background reading of groups may take, in milliseconds.'),
  GROUP_REFRESH_POLL_MS: z.coerce
    .number()
    .int()
    .positive()
    .default(1_000)
    .describe('How often owed background readings are looked for, in milliseconds.'),
});
export type Settings = SettingsOf<typeof config>;
