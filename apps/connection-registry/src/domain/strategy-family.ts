import { FederationStrategy, type SocialConnectionSettings, SocialStrategy } from '@homerealm/contracts';
import type { Strategy } from '@homerealm/domain';

/** Whether a strategy leads to Microsoft Entra ID. */
export const isEntraStrategy = (
  strategy: Strategy,
): strategy is Exclude<Strategy, SocialConnectionSettings['strategy']> => !SocialStrategy.safeParse(strategy).success;

/** Whether its provider answers with a signed document. */
export const isFederationStrategy = (strategy: Strategy): strategy is FederationStrategy =>
  FederationStrategy.safeParse(strategy).success;
