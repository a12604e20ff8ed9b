import { need } from '../entra/authorize-request.js';
import { EntraError } from '../entra/errors.js';
import { realmOf, type Realm } from '../entra/tenant-segment.js';
import type { Answer, Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { requireAppBy, requireReplyUrl, type FederatedRequest } from './request.js';
import { answerSaml } from './saml.js';
import { proceedFederated } from './sign-in.js';
import { endSession } from './sign-out.js';

/** `GET|POST /{tenant}/wsfed`: `wsignin1.0`, `wsignout1.0`, `wsignoutcleanup1.0`. */
export async function wsfed(exchange: Exchange, simulation: Simulation): Promise<Answer> {
  const realm = realmOf(exchange.path.tenant ?? '', simulation.directory);
  exchange.tenantSegment = realm.segment;
  if (realm.tenant) exchange.tenantId = realm.tenant.id;
  return answerWsfed(exchange, simulation, () => realm, 'entra');
}

/** `GET|POST /adfs/ls/`: ADFS, of the company whose app asks. SAML and WS-Federation come by the same door. */
export async function adfs(exchange: Exchange, simulation: Simulation): Promise<Answer> {
  const { directory } = simulation;
  const realmBy = (identifier: string): Realm => {
    const app = directory.listApps().find(({ identifierUris }) => identifierUris.includes(identifier));
    const tenant = app && directory.findTenant(app.tenantId);
    if (!tenant) throw new EntraError(700016, { app: identifier, tenant: 'ADFS' });
    exchange.tenantId = tenant.id;
    return { kind: 'tenant', segment: 'adfs', tenant };
  };
  const fields = exchange.method === 'POST' ? exchange.form : exchange.url.searchParams;
  const answer = fields.has('wa') ? answerWsfed : answerSaml;
  return answer(exchange, simulation, realmBy, 'adfs');
}

async function answerWsfed(
  exchange: Exchange,
  simulation: Simulation,
  realmBy: (identifier: string) => Realm,
  voice: FederatedRequest['voice'],
): Promise<Answer> {
  const fields = exchange.method === 'POST' ? exchange.form : exchange.url.searchParams;
  const action = need(fields, 'wa');
  if (action === 'wsignout1.0' || action === 'wsignoutcleanup1.0') {
    return endSession(exchange, simulation, { wanted: fields.get('wreply') });
  }
  if (action !== 'wsignin1.0') throw new EntraError(90023, { field: 'wa', value: action });
  const identifier = need(fields, 'wtrealm');
  const realm = realmBy(identifier);
  const app = requireAppBy(identifier, realm, simulation.directory);
  exchange.clientId = app.clientId;
  const request: FederatedRequest = {
    ...{ door: 'wsfed', voice, clientId: app.clientId, identifier, passive: false },
    replyUrl: requireReplyUrl(app, fields.get('wreply')),
    context: fields.get('wctx') ?? undefined,
    prompt: fields.get('wfresh') === '0' ? 'login' : undefined,
    loginHint: fields.get('login_hint') ?? fields.get('username') ?? undefined,
    domainHint: (fields.get('whr') ?? fields.get('domain_hint') ?? undefined)?.toLowerCase(),
  };
  return proceedFederated({ request, realm, app, exchange, simulation });
}
