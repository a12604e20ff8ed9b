import type { Provider, Type } from '@nestjs/common';
import { DepartureController } from './http/sign-in/departure.controller.js';
import { OversizedForms } from './http/sign-in/oversized-forms.js';
import { AddFederation1765900000000 } from './store/migrations/1765900000000-add-federation.js';
import { PostgresReplays } from './store/postgres.replays.js';
import { ReplaySweeper } from './store/replay-sweeper.js';
import { UsedAssertionEntity } from './store/used-assertion.entity.js';
import { Replays } from './use-cases/replays.port.js';
import { ShowDeparture } from './use-cases/show-departure.js';

/* What only doors need whose answers are documents and forms, for `sign-in.parts.ts`. */

export const federationControllers: Type[] = [DepartureController];
export const federationEntities = [UsedAssertionEntity];
export const federationMigrations = [AddFederation1765900000000];

export const federationProviders: Provider[] = [
  ...[ShowDeparture, OversizedForms, ReplaySweeper],
  { provide: Replays, useClass: PostgresReplays },
];
