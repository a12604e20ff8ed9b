import { ApplicationEntity, ApplicationSecretEntity } from './application.entities.js';
import { CreateProviderTables1764000000000 } from './migrations/1764000000000-create-provider-tables.js';
import { OidcRecordEntity } from './oidc-record.entity.js';
import { SigningKeyEntity } from './signing-key.entity.js';
import { EndedUserEntity, UserGroupsEntity } from './user-replica.entities.js';

export const providerEntities = [
  OidcRecordEntity,
  UserGroupsEntity,
  EndedUserEntity,
  SigningKeyEntity,
  ApplicationEntity,
  ApplicationSecretEntity,
];
export const providerMigrations = [CreateProviderTables1764000000000];
