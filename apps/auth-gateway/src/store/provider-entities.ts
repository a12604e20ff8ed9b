import { ApplicationEntity, ApplicationSecretEntity } from './application.entities.js';
import { AddSessionEndings1765600000001 } from './migrations/1765600000001-add-session-endings.js';
import { AddUpstreamKeys1765950000001 } from './migrations/1765950000001-add-upstream-keys.js';
import { CreateProviderTables1764000000000 } from './migrations/1764000000000-create-provider-tables.js';
import { OidcRecordEntity } from './oidc-record.entity.js';
import { SigningKeyEntity } from './signing-key.entity.js';
import {
  EndedOrganizationEntity,
  EndedPartEntity,
  EndedUserEntity,
  LogoutNoticeEntity,
  SessionEndingEntity,
  UserGroupsEntity,
} from './user-replica.entities.js';

export const providerEntities = [
  OidcRecordEntity,
  UserGroupsEntity,
  EndedUserEntity,
  EndedOrganizationEntity,
  EndedPartEntity,
  SessionEndingEntity,
  LogoutNoticeEntity,
  SigningKeyEntity,
  ApplicationEntity,
  ApplicationSecretEntity,
];
export const providerMigrations = [
  CreateProviderTables1764000000000,
  AddSessionEndings1765600000001,
  AddUpstreamKeys1765950000001,
];
