import type { Provider, Type } from '@nestjs/common';
import { LogoutController } from './http/sign-in/logout.controller.js';
import { MetadataController } from './http/sign-in/metadata.controller.js';
import { AddUpstreamSignOuts1765950000000 } from './store/migrations/1765950000000-add-upstream-sign-outs.js';
import { PostgresSignOuts } from './store/postgres.sign-outs.js';
import { SignOutSweeper } from './store/sign-out-sweeper.js';
import { UpstreamSignOutEntity } from './store/upstream-sign-out.entity.js';
import { DescribeService } from './use-cases/describe-service.js';
import { CleanUpSession } from './use-cases/sign-out/clean-up-session.js';
import { LeaveSignedOut } from './use-cases/sign-out/leave-signed-out.js';
import { ReturnSignedOut } from './use-cases/sign-out/return-signed-out.js';
import { SignOuts } from './use-cases/sign-out/sign-outs.port.js';
import { StartSignOut } from './use-cases/sign-out/start-sign-out.port.js';
import { TakeSignOutRequest } from './use-cases/sign-out/take-sign-out-request.js';

/*
 * Sign-out at providers and by providers, and our metadata, for `sign-in.parts.ts`. It asks for FederationMessages, and
 * for UpstreamSessions and BrowserSessions, which the provider half brings, and gives StartSignOut.
 */

export const signOutControllers: Type[] = [LogoutController, MetadataController];
export const signOutEntities = [UpstreamSignOutEntity];
export const signOutMigrations = [AddUpstreamSignOuts1765950000000];

export const signOutProviders: Provider[] = [
  ...[CleanUpSession, DescribeService, ReturnSignedOut, SignOutSweeper, TakeSignOutRequest],
  { provide: StartSignOut, useClass: LeaveSignedOut },
  { provide: SignOuts, useClass: PostgresSignOuts },
];
