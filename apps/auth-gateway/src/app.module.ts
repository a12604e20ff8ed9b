import { createOperatorTokens } from '@homerealm/connectors';
import {
  connectionCredentialsTopic,
  connectionStateTopic,
  groupsStateTopic,
  policyStateTopic,
} from '@homerealm/contracts';
import { EventsModule, type EventsModuleOptions } from '@homerealm/events';
import { PlatformModule } from '@homerealm/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { SETTINGS, type Settings } from './config.js';
import type { ProviderMount } from './http/openid-provider/provider-mount.js';
import { providerControllers, providerEntities, providerMigrations, providerProviders } from './provider.parts.js';
import { signInControllers, signInEntities, signInMigrations, signInProviders } from './sign-in.parts.js';

/**
 * Copies of what compacted topics hold. Who may not sign in (`ended_user`) is none: the user topic forgets after a
 * month, and a replay of it must let nobody in again.
 */
const projections: NonNullable<EventsModuleOptions['projections']> = {
  [connectionStateTopic.name]: ['connection_replica', 'connection_domain_replica'],
  [connectionCredentialsTopic.name]: ['connection_credentials_replica'],
  [policyStateTopic.name]: ['policy_replica'],
  [groupsStateTopic.name]: ['user_groups'],
};

/** The wiring: the OpenID provider for applications, and the sign-in that it sends people to. */
@Module({})
export class AppModule {
  static for(settings: Settings, mount: ProviderMount): DynamicModule {
    return {
      module: AppModule,
      global: true,
      imports: [
        PlatformModule.for(settings, createOperatorTokens(settings)),
        EventsModule.for({
          service: 'auth-gateway',
          settings,
          entities: [...providerEntities, ...signInEntities],
          migrations: [...providerMigrations, ...signInMigrations],
          projections,
        }),
      ],
      controllers: [...providerControllers, ...signInControllers],
      providers: [{ provide: SETTINGS, useValue: settings }, ...providerProviders(settings, mount), ...signInProviders],
    };
  }
}
