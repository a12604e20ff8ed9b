import {
  upstreamErrors,
  type Departure,
  type FederationTransaction,
  type SamlConnection,
  type UpstreamHttp,
  type UpstreamProtocol,
} from '@homerealm/connectors';
import type { Replays } from '../use-cases/replays.port.js';

/* Holds the place of the SAML door until its connector is there: nobody gets through. */

export type DoorOptions = { http: UpstreamHttp; publicHttp: UpstreamHttp; replays: Replays; graphBudgetMs?: number };

const closed = <Connection>(strategy: 'entra-wsfed' | 'entra-saml') => ({
  strategy,
  begin: async (): Promise<Departure & { transaction: FederationTransaction }> => {
    throw upstreamErrors('upstream.unexpected');
  },
  complete: async (_connection: Connection) =>
    ({ outcome: 'refused', code: 'upstream.unexpected', checks: [] }) as const,
});

export const createSamlProtocol = (
  _options: DoorOptions,
): UpstreamProtocol<SamlConnection, FederationTransaction, Departure> => ({
  ...closed('entra-saml'),
  complete: async () => ({ outcome: 'refused', code: 'upstream.unexpected', checks: [] }),
});
