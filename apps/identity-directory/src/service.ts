import { EventsServer } from '@homerealm/events';
import type { ServiceOptions } from '@homerealm/platform';
import type { FastifyInstance } from 'fastify';
import { AppModule } from './app.module.js';
import type { Settings } from './config.js';
import { acceptUploads } from './http/import-uploads.js';

/** The service as a whole, for `main.ts` and for tests that run it in their own process. */
export const identityDirectory = (settings: Settings): ServiceOptions => ({
  name: 'identity-directory',
  says: 'Users, their identities and organizations; and the decision who a sign-in is.',
  module: AppModule.for(settings),
  settings,
  configure: (app) => acceptUploads(app.getHttpAdapter().getInstance() as unknown as FastifyInstance),
  connect: (app) => app.connectMicroservice({ strategy: app.get(EventsServer) }, { inheritAppConfig: true }),
});
