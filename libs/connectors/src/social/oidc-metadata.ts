import { judgeUpstreamParam, isUrl } from '@homerealm/domain';
import { Refusal } from '../check-list.js';
import { plainHttpsUrl } from '../http/checked-url.js';
import { isObject, own, type JsonObject } from '../json.js';
import type { IdTokenAlgorithm, ProviderFacts } from './provider-facts.js';

/** Where a provider is: its issuer, as the connection has it. */
export type OidcPlace = { issuer: string };

/** What we take from a discovery document. Everything else in it is ignored. */
export type OidcMetadata = {
  issuer: string;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  jwksUri: string;
  userinfoEndpoint: string | undefined;
  /** What it publishes of what we accept from this kind of provider. */
  algorithms: IdTokenAlgorithm[];
  secretGoes: 'in-body' | 'in-header';
  /** It promises to name itself in every answer (RFC 9207). */
  namesItself: boolean;
};

/** OpenID Connect Discovery §4: after the issuer, whose slash at the end is dropped. */
export const discoveryUrl = ({ issuer }: OidcPlace): string =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

/**
 * Reads a discovery document. Its issuer must be, letter by letter, the one that *we* configured: a document that agrees
 * with a token on somebody else is refused.
 */
export function readOidcMetadata(facts: ProviderFacts, { issuer }: OidcPlace, document: unknown): OidcMetadata {
  if (!isObject(document)) throw invalid({ problem: 'not-an-object' });
  if (own(document, 'issuer') !== issuer) {
    throw new Refusal('upstream.metadata', 'upstream.metadata-issuer-mismatch', { expected: issuer });
  }
  const endpoint = (name: string) => readEndpoint(document, name, originsOf(facts, issuer));
  return {
    issuer,
    authorizationEndpoint: withoutProtocolNames(endpoint('authorization_endpoint')),
    tokenEndpoint: endpoint('token_endpoint'),
    jwksUri: endpoint('jwks_uri'),
    userinfoEndpoint: Object.hasOwn(document, 'userinfo_endpoint') ? endpoint('userinfo_endpoint') : undefined,
    algorithms: readAlgorithms(facts, document),
    secretGoes: readSecretGoes(facts, document),
    namesItself: own(document, 'authorization_response_iss_parameter_supported') === true,
  };
}

/** Undefined: anywhere. */
function originsOf({ issuer: own, origins, strategy }: ProviderFacts, issuer: string): readonly string[] | undefined {
  if (strategy === 'oidc') return undefined;
  return issuer === own && origins ? origins : [new URL(issuer).origin];
}

function readEndpoint(document: JsonObject, name: string, origins: readonly string[] | undefined): string {
  const text = own(document, name);
  if (typeof text !== 'string' || text.length > 2_048 || !isUrl(text)) {
    throw invalid({ problem: 'endpoint', field: name });
  }
  const url = plainHttpsUrl(text);
  if (!url || (origins && !origins.includes(url.origin))) {
    throw new Refusal('upstream.metadata', 'upstream.metadata-endpoint-refused', { field: name });
  }
  return url.href;
}

/** Some providers carry a policy in this address; parameters that only we set must not be in it already. */
function withoutProtocolNames(endpoint: string): string {
  const names = [...new URL(endpoint).searchParams.keys()];
  if (names.every((name) => judgeUpstreamParam(name) === 'allowed')) return endpoint;
  const details = { field: 'authorization_endpoint' };
  throw new Refusal('upstream.metadata', 'upstream.metadata-endpoint-refused', details);
}

function readAlgorithms(facts: ProviderFacts, document: JsonObject): IdTokenAlgorithm[] {
  const published = own(document, 'id_token_signing_alg_values_supported') ?? ['RS256'];
  const both = Array.isArray(published) ? facts.algorithms.filter((algorithm) => published.includes(algorithm)) : [];
  if (both.length === 0) throw invalid({ problem: 'no-algorithm-we-accept' });
  return both;
}

/** Discovery §3: a provider that lists no method takes the header. */
function readSecretGoes({ secretGoes }: ProviderFacts, document: JsonObject): OidcMetadata['secretGoes'] {
  if (secretGoes === 'in-body') return 'in-body';
  const methods = own(document, 'token_endpoint_auth_methods_supported');
  const inHeader = !Array.isArray(methods) || methods.includes('client_secret_basic');
  return inHeader || !methods.includes('client_secret_post') ? 'in-header' : 'in-body';
}

function invalid(details: Record<string, string>): Refusal {
  return new Refusal('upstream.metadata', 'upstream.metadata-invalid', details);
}
