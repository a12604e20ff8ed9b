import { Company } from './company.js';
import type { World } from './world.js';

/** An organization whose people come by a connection of its own: a journey may suspend, disable and change all of it. */
export class Workplace {
  private constructor(
    readonly company: Company,
    readonly organizationId: string,
    readonly connectionId: string,
  ) {}

  static async open(world: World, name: string, settings: object = {}): Promise<Workplace> {
    const company = await Company.found(world, `${name}.example`);
    const { organizationId } = await world.directory<Workplace>('POST', '/organizations', { name });
    const connectionId = await company.connect(name, {
      ...{ organizationId, homeRealmDomains: [company.domain], trustedProvider: true, createUsers: true },
      ...{ autoJoinOrganization: true, getUserGroups: true, ...settings },
    });
    return new Workplace(company, organizationId, connectionId);
  }

  /** What an application asks with, to have one of its people signed in. */
  asks({ email }: { email: string }): Record<string, string> {
    return { connection_id: this.connectionId, login_hint: email };
  }
}
