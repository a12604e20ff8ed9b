import { connectionCredentialsTopic, connectionStateTopic } from '@homerealm/contracts';
import {
  createApplicationTokens,
  createOperatorTokens,
  createUpstreamHttp,
  parseEntraAuthorities,
} from '@homerealm/connectors';
import { EventsModule, type EventsModuleOptions } from '@homerealm/events';
import { Clock, openSealer, PlatformModule } from '@homerealm/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { GraphGroupsReader } from './clients/graph.groups-reader.js';
import type { Settings } from './config.js';
import { GroupRefresher } from './events/group-refresher.js';
import { OnProfileClaims } from './events/on-profile-claims.consumer.js';
import { OnRegistry } from './events/on-registry.consumer.js';
import { OnUser } from './events/on-user.consumer.js';
import { UsersController } from './http/users.controller.js';
import { CreatePersonAndReplica1763800000000 } from './store/migrations/1763800000000-create-person-and-replica.js';
import { PersonEntity } from './store/person.entity.js';
import { PostgresPeople } from './store/postgres.people.js';
import { PostgresReplica } from './store/postgres.replica.js';
import { ConnectionReplicaEntity, PolicyReplicaEntity } from './store/replica.entities.js';
import { FollowRegistry } from './use-cases/follow-registry.js';
import { ForgetUser } from './use-cases/forget-user.js';
import { GroupsReader } from './use-cases/groups-reader.port.js';
import { People } from './use-cases/people.port.js';
import { ReadPerson } from './use-cases/read-person.js';
import { ReceiveClaims } from './use-cases/receive-claims.js';
import { RefreshGroups } from './use-cases/refresh-groups.js';
import { Replica } from './use-cases/replica.port.js';

export const entities = [PersonEntity, ConnectionReplicaEntity, PolicyReplicaEntity];
export const migrations = [CreatePersonAndReplica1763800000000];

/**
 * The policies are not among them: without them the default would count while they are told again. What is known of
 * people rests on readings of our own too, and on claims that the log keeps for three days only.
 */
const projections: NonNullable<EventsModuleOptions['projections']> = {
  [connectionStateTopic.name]: ['connection_replica'],
  [connectionCredentialsTopic.name]: ['connection_replica'],
};

@Module({})
export class AppModule {
  static for(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.for(settings, createOperatorTokens(settings)),
        EventsModule.for({ service: 'profile-sync', settings, entities, migrations, projections }),
      ],
      controllers: [OnProfileClaims, OnRegistry, OnUser, UsersController],
      providers: [
        { provide: People, useClass: PostgresPeople },
        { provide: Replica, useClass: PostgresReplica },
        { provide: GroupsReader, useFactory: (clock: Clock) => openReader(settings, clock), inject: [Clock] },
        FollowRegistry,
        ForgetUser,
        ReadPerson,
        ReceiveClaims,
        RefreshGroups,
        {
          provide: GroupRefresher,
          useFactory: (refresh: RefreshGroups, clock: Clock) =>
            new GroupRefresher(refresh, clock, settings.GROUP_REFRESH_POLL_MS),
          inject: [RefreshGroups, Clock],
        },
      ],
    };
  }
}

function openReader(settings: Settings, clock: Clock): GraphGroupsReader {
  const authorities = parseEntraAuthorities(settings.ENTRA_AUTHORITIES);
  const http = createUpstreamHttp({ allowedOrigins: authorities.origins });
  const tokens = createApplicationTokens({ http, authorities });
  return new GraphGroupsReader(
    http,
    tokens,
    openSealer(settings.SEALING_KEYS),
    clock,
    settings.GROUP_REFRESH_BUDGET_MS,
  );
}
