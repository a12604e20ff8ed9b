import type { AttemptId, LinkId, UserId } from '@homerealm/domain';
import type { NewLink } from './sign-in-outcomes.js';

/** That an upstream account came to a user who was there before; kept until the user is erased. */
export type Link = NewLink & {
  linkId: LinkId;
  userId: UserId;
  type: 'social' | 'enterprise';
  attemptId: AttemptId;
  at: string;
  undone: { at: string; userId: UserId } | null;
};
