import { EventsServer } from '@homerealm/events';
import type { ServiceOptions } from '@homerealm/platform';
import { AppModule } from './app.module.js';
import type { Settings } from './config.js';

/** The service as a whole, for `main.ts` and for tests that run it in their own process. */
export const identityDirectory = (settings: Settings): ServiceOptions => ({
  name: 'identity-directory',
  says: 'Users, their identities and organizations; and the decision who a sign-in is.',
  module: AppModule.for(settings),
  settings,
  connect: (app) => app.connectMicroservice({ strategy: app.get(EventsServer) }, { inheritAppConfig: true }),
});
