import { Database } from '@homerealm/events';
import { openSealer } from '@homerealm/platform';
import type { Provider, Type } from '@nestjs/common';
import { SETTINGS, type Settings } from './config.js';
import { MissingEmailController } from './http/sign-in/missing-email.controller.js';
import { AddSignInPauses1765400000000 } from './store/migrations/1765400000000-add-sign-in-pauses.js';
import { PauseSweeper } from './store/pause-sweeper.js';
import { PostgresPauses } from './store/postgres.pauses.js';
import { SignInPauseEntity } from './store/sign-in-pause.entity.js';
import { FinishProved } from './use-cases/finish-proved.js';
import { EnterEmailCode } from './use-cases/missing-email/enter-email-code.js';
import { PauseForEmail } from './use-cases/missing-email/pause-for-email.js';
import { Pauses } from './use-cases/missing-email/pauses.port.js';
import { SendEmailCode } from './use-cases/missing-email/send-email-code.js';
import { ShowMissingEmail } from './use-cases/missing-email/show-missing-email.js';

/* Asking for the email that a social provider did not give, for `sign-in.parts.ts`. */

export const missingEmailControllers: Type[] = [MissingEmailController];
export const missingEmailEntities = [SignInPauseEntity];
export const missingEmailMigrations = [AddSignInPauses1765400000000];

export const missingEmailProviders: Provider[] = [
  ...[FinishProved, EnterEmailCode, PauseForEmail, SendEmailCode, ShowMissingEmail, PauseSweeper],
  {
    provide: Pauses,
    useFactory: (database: Database, { SEALING_KEYS }: Settings) =>
      new PostgresPauses(database, openSealer(SEALING_KEYS)),
    inject: [Database, SETTINGS],
  },
];
