import { connectionStateTopic, groupsStateTopic, organizationTopic, userTopic } from '@homerealm/contracts';
import type { Freshness } from '@homerealm/events';
import type { Standing } from '../domain/groups-for-token.js';
import { Reliance, type RestsOn } from '../use-cases/reliance.port.js';

const ofUser = [userTopic, groupsStateTopic];

/** Asks the gateway's own cursors, in one statement for each id. */
export class EventReliance extends Reliance {
  constructor(private readonly freshness: Freshness) {
    super();
  }

  async of({ userId, organizationId, connectionId }: RestsOn) {
    const [[user = 'behind', groups = 'behind'], organization, connection] = await Promise.all([
      this.freshness.standings(userId, ofUser),
      this.standing(organizationId, organizationTopic),
      this.standing(connectionId, connectionStateTopic),
    ]);
    return { user, groups, organization, connection };
  }

  private async standing(subject: string | null, topic: Topic): Promise<Standing> {
    if (subject === null) return 'fresh';
    const [standing = 'behind'] = await this.freshness.standings(subject, [topic]);
    return standing;
  }
}

type Topic = typeof organizationTopic | typeof connectionStateTopic;
