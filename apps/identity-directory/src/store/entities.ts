import { IdentityEntity } from './identity.entity.js';
import { MembershipEntity, OrganizationEntity } from './organization.entities.js';
import { SignInAnswerEntity } from './sign-in-answer.entity.js';
import { UserEntity } from './user.entity.js';

export const entities = [UserEntity, IdentityEntity, OrganizationEntity, MembershipEntity, SignInAnswerEntity];
