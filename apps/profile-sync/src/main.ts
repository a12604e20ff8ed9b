import { EventsServer } from '@homerealm/events';
import { runService } from '@homerealm/platform';
import { AppModule } from './app.module.js';
import { config } from './config.js';

await runService(() => {
  const settings = config.read(process.env);
  return {
    name: 'profile-sync',
    says: 'Profile and group sync: claims in, profile changes and group sets out.',
    module: AppModule.for(settings),
    settings,
    connect: (app) => app.connectMicroservice({ strategy: app.get(EventsServer) }, { inheritAppConfig: true }),
  };
});
