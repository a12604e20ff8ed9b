import { type SocialConnectionSettings, SocialStrategy } from '@homerealm/contracts';
import type { Strategy } from '@homerealm/domain';

/** Whether a strategy leads to Microsoft Entra ID. */
export const isEntraStrategy = (
  strategy: Strategy,
): strategy is Exclude<Strategy, SocialConnectionSettings['strategy']> => !SocialStrategy.safeParse(strategy).success;
