import { createOperatorTokens } from '@homerealm/connectors';
import { EventsModule } from '@homerealm/events';
import { Clock, Ids, PlatformModule } from '@homerealm/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Settings } from './config.js';
import { OnProfile } from './events/on-profile.consumer.js';
import { IdentitiesController } from './http/identities.controller.js';
import { LinksController } from './http/links.controller.js';
import { MembersController } from './http/members.controller.js';
import { OrganizationsController } from './http/organizations.controller.js';
import { SignInAddressesController } from './http/sign-in-addresses.controller.js';
import { SignInsController } from './http/sign-ins.controller.js';
import { UserStatusController } from './http/user-status.controller.js';
import { UsersController } from './http/users.controller.js';
import { importControllers, importProjections, importProviders } from './import.parts.js';
import { AnswerSweeper } from './store/answer-sweeper.js';
import { entities } from './store/entities.js';
import { migrations } from './store/migrations/index.js';
import { PostgresDirectory } from './store/postgres.directory.js';
import { PostgresLinks } from './store/postgres.links.js';
import { PostgresOrganizations } from './store/postgres.organizations.js';
import { PostgresSignInAddresses } from './store/postgres.sign-in-addresses.js';
import { PostgresUserCatalogue } from './store/postgres.user-catalogue.js';
import { AddIdentity } from './use-cases/add-identity.js';
import { AddMember } from './use-cases/add-member.js';
import { ApplySyncedProfile } from './use-cases/apply-synced-profile.js';
import { ChangeOrganization } from './use-cases/change-organization.js';
import { ChangeUserProfile } from './use-cases/change-user-profile.js';
import { CreateOrganization } from './use-cases/create-organization.js';
import { CreateUser } from './use-cases/create-user.js';
import { DeleteIdentity } from './use-cases/delete-identity.js';
import { DeleteUser } from './use-cases/delete-user.js';
import { Directory } from './use-cases/directory.port.js';
import { FindSignInAddress } from './use-cases/find-sign-in-address.js';
import { Links } from './use-cases/links.port.js';
import { MakeIdentityPrimary } from './use-cases/make-identity-primary.js';
import { Organizations } from './use-cases/organizations.port.js';
import { PreviewLinks } from './use-cases/preview-links.js';
import { ReactivateUser } from './use-cases/reactivate-user.js';
import { ReadLinks } from './use-cases/read-links.js';
import { ReadOrganizations } from './use-cases/read-organizations.js';
import { ReadUsers } from './use-cases/read-users.js';
import { RemoveMember } from './use-cases/remove-member.js';
import { SignInAddresses } from './use-cases/sign-in-addresses.port.js';
import { SignInUser } from './use-cases/sign-in-user.js';
import { SuspendUser } from './use-cases/suspend-user.js';
import { TimeAndIds } from './use-cases/time-and-ids.port.js';
import { UndoLink } from './use-cases/undo-link.js';
import { UserCatalogue } from './use-cases/user-catalogue.port.js';
import { VerifyIdentity } from './use-cases/verify-identity.js';

const useCases = [
  SignInUser,
  FindSignInAddress,
  ReadLinks,
  UndoLink,
  PreviewLinks,
  VerifyIdentity,
  ApplySyncedProfile,
  ReadUsers,
  CreateUser,
  ChangeUserProfile,
  SuspendUser,
  ReactivateUser,
  DeleteUser,
  AddIdentity,
  DeleteIdentity,
  MakeIdentityPrimary,
  ReadOrganizations,
  CreateOrganization,
  ChangeOrganization,
  AddMember,
  RemoveMember,
];

const adapters = [
  { provide: Directory, useClass: PostgresDirectory },
  { provide: Links, useClass: PostgresLinks },
  { provide: SignInAddresses, useClass: PostgresSignInAddresses },
  { provide: UserCatalogue, useClass: PostgresUserCatalogue },
  { provide: Organizations, useClass: PostgresOrganizations },
  {
    provide: TimeAndIds,
    useFactory: (clock: Clock, ids: Ids): TimeAndIds => ({ now: () => clock.now().toISOString(), newId: ids.next }),
    inject: [Clock, Ids],
  },
  AnswerSweeper,
];

@Module({})
export class AppModule {
  static for(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.for(settings, createOperatorTokens(settings)),
        EventsModule.for({
          service: 'identity-directory',
          settings,
          entities,
          migrations,
          projections: importProjections,
        }),
      ],
      controllers: [
        SignInsController,
        SignInAddressesController,
        LinksController,
        UsersController,
        UserStatusController,
        IdentitiesController,
        OrganizationsController,
        MembersController,
        OnProfile,
        ...importControllers,
      ],
      providers: [...useCases, ...adapters, ...importProviders(settings)],
    };
  }
}
