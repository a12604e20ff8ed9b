import { eventSettings } from '@homerealm/events';
import { defineConfig, port, serviceSettings, type SettingsOf } from '@homerealm/platform';
import { z } from 'zod';

export const config = defineConfig({
  ...serviceSettings,
  PORT: port(4200),
  IMPORT_MAX_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(1_073_741_824)
    .describe('The largest file that an import of users takes, in bytes.'),
  ...eventSettings,
});
export type Settings = SettingsOf<typeof config>;
