import { groupsStateTopic, userTopic } from '@homerealm/contracts';
import type { Freshness } from '@homerealm/events';
import type { Standing } from '../domain/groups-for-token.js';
import { Reliance } from '../use-cases/reliance.port.js';

const topics = [userTopic, groupsStateTopic];

/** Asks the gateway's own cursors, in one statement. */
export class EventReliance extends Reliance {
  constructor(private readonly freshness: Freshness) {
    super();
  }

  async of(userId: string): Promise<{ user: Standing; groups: Standing }> {
    const [user = 'behind', groups = 'behind'] = await this.freshness.standings(userId, topics);
    return { user, groups };
  }
}
