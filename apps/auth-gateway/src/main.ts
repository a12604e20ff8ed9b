import { EventsServer } from '@homerealm/events';
import { runService } from '@homerealm/platform';
import { AppModule } from './app.module.js';
import { config } from './config.js';
import { ProviderMount } from './http/openid-provider/provider-mount.js';

await runService(() => {
  const settings = config.read(process.env);
  const mount = new ProviderMount(settings.ISSUER);
  return {
    name: 'auth-gateway',
    says: 'OpenID provider for applications: signs people in through their company’s connection.',
    module: AppModule.for(settings, mount),
    settings,
    serverFactory: mount.serverFactory,
    isPublic: true,
    connect: (app) => app.connectMicroservice({ strategy: app.get(EventsServer) }, { inheritAppConfig: true }),
  };
});
