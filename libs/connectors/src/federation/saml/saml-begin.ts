import { checkedParams } from '../../outcome.js';
import type { BeginRequest, Departure, FederationTransaction } from '../../upstream-protocol.js';
import { upstreamErrors } from '../../upstream.errors.js';
import type { FederationEndpoint, FederationMetadata, SamlConnection } from '../federation-connection.js';
import { writeAuthnRequest } from './authn-request.js';
import { sendMessage } from './send-message.js';
import { signingCertificate, type SigningCertificate } from './signing-certificate.js';

/**
 * The request of a new sign-in, and what to remember of it. Parameters of the connection go beside a redirected request;
 * `prompt=login` becomes `ForceAuthn`, the word SAML has for it.
 * @throws DomainError `upstream.credentials-missing`, `upstream.credentials-unusable`, `upstream.param-reserved`
 */
export function beginSaml(
  connection: SamlConnection,
  metadata: FederationMetadata,
  request: BeginRequest,
): Departure & { transaction: FederationTransaction } {
  const { prompt, ...params } = checkedParams(request);
  const { redirectUri, random, now = new Date() } = request;
  const endpoint = signInEndpoint(connection, metadata);
  const signer = requestSigner(connection, metadata);
  const requestId = `_${Buffer.from(random(20)).toString('hex')}`;
  const state = Buffer.from(random(32)).toString('base64url');
  const xml = writeAuthnRequest(connection, {
    id: requestId,
    issuedAt: now,
    destination: endpoint.url,
    assertionConsumer: redirectUri,
    forced: prompt === 'login',
  });
  const { connectionId } = connection;
  return {
    ...sendMessage({ endpoint, name: 'SAMLRequest', xml, relayState: state, signer, params }),
    transaction: { strategy: 'entra-saml', connectionId, state, requestId, redirectUri },
  };
}

/** By redirect wherever that is possible: it needs no page of ours in between. */
function signInEndpoint({ signInUrl }: SamlConnection, { signIn }: FederationMetadata): FederationEndpoint {
  if (signInUrl !== null) return { binding: 'redirect', url: signInUrl };
  const endpoint = signIn.find(({ binding }) => binding === 'redirect') ?? signIn[0];
  if (!endpoint) throw upstreamErrors('upstream.metadata-invalid', { problem: 'sign-in-address' });
  return endpoint;
}

function requestSigner(
  { signRequests, credentials }: SamlConnection,
  { wantsSignedRequests }: FederationMetadata,
): SigningCertificate | undefined {
  if (!signRequests && !wantsSignedRequests) return undefined;
  const signer = signingCertificate(credentials);
  if (!signer) throw upstreamErrors('upstream.credentials-missing');
  return signer;
}
