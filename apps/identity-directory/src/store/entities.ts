import { IdentityEntity } from './identity.entity.js';
import { importEntities } from './import/import.entities.js';
import { LinkEntity } from './link.entity.js';
import { MembershipEntity, OrganizationEntity } from './organization.entities.js';
import { SignInAnswerEntity } from './sign-in-answer.entity.js';
import { UserEntity } from './user.entity.js';

export const entities = [
  UserEntity,
  IdentityEntity,
  OrganizationEntity,
  MembershipEntity,
  SignInAnswerEntity,
  LinkEntity,
  ...importEntities,
];
