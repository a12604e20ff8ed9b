import { EventsServer } from '@homerealm/events';
import { runService } from '@homerealm/platform';
import { AppModule, service } from './app.module.js';
import { config } from './config.js';

await runService(() => {
  const settings = config.read(process.env);
  return {
    name: service,
    says: 'Which upstream providers exist, for whom, with which settings and secrets; and the environment’s policies.',
    module: AppModule.for(settings),
    settings,
    connect: (app) => app.connectMicroservice({ strategy: app.get(EventsServer) }, { inheritAppConfig: true }),
  };
});
