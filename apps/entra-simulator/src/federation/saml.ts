import { EntraError } from '../entra/errors.js';
import { realmOf, type Realm } from '../entra/tenant-segment.js';
import type { Answer, Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { nameIdFormats, ns } from './names.js';
import { requireAppBy, requireReplyUrl, type FederatedRequest } from './request.js';
import { attribute, child, readMessage, requireSignature, textOf, type SamlMessage } from './saml-message.js';
import { proceedFederated } from './sign-in.js';
import { answerSignOut, showSignedOut } from './sign-out.js';

/** `GET|POST /{tenant}/saml2`: sign-in requests, sign-out requests, and answers to our own sign-out requests. */
export function saml(exchange: Exchange, simulation: Simulation): Promise<Answer> {
  const realm = realmOf(exchange.path.tenant ?? '', simulation.directory);
  exchange.tenantSegment = realm.segment;
  if (realm.tenant) exchange.tenantId = realm.tenant.id;
  return answerSaml(exchange, simulation, () => realm, 'entra');
}

/** @param realmBy the company that an app is of: ADFS has one for all who come */
export async function answerSaml(
  exchange: Exchange,
  simulation: Simulation,
  realmBy: (identifier: string) => Realm,
  voice: FederatedRequest['voice'],
): Promise<Answer> {
  const fields = exchange.method === 'POST' ? exchange.form : exchange.url.searchParams;
  if (fields.has('SAMLResponse')) return readSignOutAnswer(exchange);
  if (!fields.has('SAMLRequest')) throw new EntraError(750054);
  const message = readMessage(exchange, 'SAMLRequest');
  const identifier = textOf(child(message.root, ns.assertion20, 'Issuer'));
  if (!identifier) throw new EntraError(75005);
  const realm = realmBy(identifier);
  const app = requireAppBy(identifier, realm, simulation.directory);
  exchange.clientId = app.clientId;
  requireSignature(message, app, exchange);
  const id = attribute(message.root, 'ID') ?? '';
  if (!/^[A-Za-z_]/.test(id)) throw new EntraError(7500529, { id });
  if (message.root.localName === 'LogoutRequest') {
    const context = fields.get('RelayState') ?? undefined;
    return answerSignOut({ app, realm, voice, requestId: id, context, exchange, simulation });
  }
  if (message.root.localName !== 'AuthnRequest') throw new EntraError(75005);
  const request = {
    ...{ door: 'saml' as const, voice, clientId: app.clientId, identifier, requestId: id },
    ...{ replyUrl: requireReplyUrl(app, attribute(message.root, 'AssertionConsumerServiceURL')) },
    context: fields.get('RelayState') ?? undefined,
    ...wishesOf(message, fields),
  };
  return proceedFederated({ request, realm, app, exchange, simulation });
}

/** What the request says about how to sign in. @throws EntraError 75011, 75016 */
function wishesOf({ root }: SamlMessage, fields: URLSearchParams) {
  const methods = child(root, ns.protocol, 'RequestedAuthnContext');
  const method = textOf(child(methods, ns.assertion20, 'AuthnContextClassRef'));
  if (method && !/:(Password|PasswordProtectedTransport|unspecified)$/.test(method))
    throw new EntraError(75011, { method });
  const subject = textOf(child(child(root, ns.assertion20, 'Subject'), ns.assertion20, 'NameID'));
  return {
    nameIdFormat: formatOf(attribute(child(root, ns.protocol, 'NameIDPolicy'), 'Format')),
    prompt: attribute(root, 'ForceAuthn') === 'true' ? ('login' as const) : undefined,
    passive: attribute(root, 'IsPassive') === 'true',
    loginHint: fields.get('login_hint') ?? fields.get('username') ?? subject,
    domainHint: (fields.get('domain_hint') ?? fields.get('whr') ?? undefined)?.toLowerCase(),
  };
}

function formatOf(asked: string | undefined): FederatedRequest['nameIdFormat'] {
  if (asked === undefined) return undefined;
  const names = Object.keys(nameIdFormats) as (keyof typeof nameIdFormats)[];
  const found = names.find((name) => nameIdFormats[name] === asked);
  if (!found) throw new EntraError(75016, { format: asked });
  return found;
}

/** An application says that it signed somebody out, as we asked. */
function readSignOutAnswer(exchange: Exchange): Answer {
  const { root } = readMessage(exchange, 'SAMLResponse');
  if (root.localName !== 'LogoutResponse') throw new EntraError(75005);
  return showSignedOut([]);
}
