import { eventSettings } from '@homerealm/events';
import { defineConfig, port, serviceSettings, type SettingsOf } from '@homerealm/platform';
import { z } from 'zod';

export const config = defineConfig({
  PORT: port(4100),
  ...serviceSettings,
  ...eventSettings,
  SEALING_KEYS: z
    .string()
    .describe('Keys that seal credentials, `id:base64 of 32 bytes`, comma separated; the first one seals.'),
  ENTRA_AUTHORITIES: z
    .string()
    .optional()
    .describe('Allowed authorities, `origin=graphOrigin`, comma separated. By default the Microsoft clouds.'),
});
export type Settings = SettingsOf<typeof config>;
