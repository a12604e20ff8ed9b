import type { Provider, Type } from '@nestjs/common';
import { AddFederation1765900000000 } from './store/migrations/1765900000000-add-federation.js';
import { PostgresReplays } from './store/postgres.replays.js';
import { ReplaySweeper } from './store/replay-sweeper.js';
import { UsedAssertionEntity } from './store/used-assertion.entity.js';
import { Replays } from './use-cases/replays.port.js';

/* What only doors need whose answers are documents and forms, for `sign-in.parts.ts`. */

export const federationControllers: Type[] = [];
export const federationEntities = [UsedAssertionEntity];
export const federationMigrations = [AddFederation1765900000000];

export const federationProviders: Provider[] = [{ provide: Replays, useClass: PostgresReplays }, ReplaySweeper];
