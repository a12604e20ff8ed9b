import { eventSettings } from '@homerealm/events';
import { defineConfig, port, serviceSettings, type SettingsOf } from '@homerealm/platform';

export const config = defineConfig({ ...serviceSettings, PORT: port(4200), ...eventSettings });
export type Settings = SettingsOf<typeof config>;
