import { admitAgain, type AdmissionAgain, type Ended, type SignInOfBefore } from '../domain/admit-again.js';
import type { Applications } from './applications.port.js';
import type { Connections } from './connections.port.js';
import type { TokenClock } from './token-clock.port.js';

/** For which application a sign-in is to serve again, and what for. */
export type Service = {
  applicationId: string;
  /**
   * A session serves for as long as `sessionSeconds` of the application, a refresh token for `refreshSeconds`; neither
   * of them longer than the organization allows.
   */
  as: 'session' | 'refresh' | 'token';
  asks?: { organizationId: string | null; connectionId: string | null };
};

const nothingAsked = { organizationId: null, connectionId: null };

/** Shows the admission gate a sign-in of before. Reads what this process keeps of connections and applications. */
export class AdmitAgain {
  constructor(
    private readonly connections: Connections,
    private readonly applications: Applications,
    private readonly clock: TokenClock,
    /** Origins of upstream hosts the operator lists. */
    private readonly authorities: readonly string[],
  ) {}

  async execute(before: SignInOfBefore, ended: Ended, service: Service): Promise<AdmissionAgain> {
    const { applicationId, as, asks = nothingAsked } = service;
    const known = before.connectionId === null ? null : await this.connections.find(before.connectionId);
    const application = await this.applications.find(applicationId);
    const { sessionSeconds = null, refreshSeconds = null } = application ?? {};
    const ofOrganization = before.organizationSessionSeconds ?? null;
    const limits = { session: [sessionSeconds, ofOrganization], refresh: [refreshSeconds, ofOrganization], token: [] };
    const servesFor = shortest(limits[as]);
    return admitAgain({
      ...{ before, ended, asks, servesFor, applicationId, authorities: this.authorities },
      ...{ now: this.clock.nowSeconds() * 1_000, connection: known?.settings ?? null },
      applicationConnections: application ? application.connections : [],
    });
  }
}

/** Null stands for no limit. */
function shortest(limits: readonly (number | null)[]): number | null {
  const set = limits.filter((limit) => limit !== null);
  return set.length === 0 ? null : Math.min(...set);
}
