import { deleteFaults, getFaults, postFault } from '../control/faults.js';
import { docsJson, docsPage } from '../control/docs.js';
import { deleteRequests, getRequests, getSettings, putSettings, reset, rotateKeys } from '../control/state.js';
import { deleteUser, postUser, putGroups } from '../control/users.js';
import { postApp } from '../control/apps.js';
import { activateCertificate, deleteCertificate, getCertificates, postCertificate } from '../control/certificates.js';
import { deleteSocialPerson, postSocialPerson } from '../control/social-people.js';
import { postTenant } from '../control/tenants.js';
import { authorize } from '../entra/authorize.js';
import { consent } from '../entra/consent.js';
import { discovery } from '../entra/discovery.js';
import { login } from '../entra/login.js';
import { logout } from '../entra/logout.js';
import { publishedKeys } from '../entra/published-keys.js';
import { token } from '../entra/token.js';
import { adfsMetadata, federationMetadata } from '../federation/metadata.js';
import { saml } from '../federation/saml.js';
import { startAtProvider } from '../federation/start-at-provider.js';
import { adfs, wsfed } from '../federation/wsfed.js';
import { graphAddress } from '../graph/caller.js';
import { memberIds } from '../graph/member-ids.js';
import { photo } from '../graph/photo.js';
import { profile } from '../graph/profile.js';
import { transitiveMemberOf } from '../graph/transitive-member-of.js';
import { userinfo } from '../graph/userinfo.js';
import { errorPage } from '../pages/error-page.js';
import { indexPage } from '../pages/index-page.js';
import type { Simulation } from '../simulation.js';
import { authorizeSocial, chooseAccount } from '../social/authorize-social.js';
import { socialProviders } from '../social/seed-social.js';
import { githubEmails, githubToken, githubUser } from '../social/social-github.js';
import { socialDiscovery, socialKeys, socialToken, socialUserinfo } from '../social/social-oidc.js';
import type { Answer, Endpoint, Exchange } from './exchange.js';

type Handler = (exchange: Exchange, simulation: Simulation) => Answer | Promise<Answer>;
export type Route = {
  methods: string[];
  path: string;
  endpoint: Endpoint;
  handle: Handler;
  /** The fixed parts of the path count in any case. */
  anyCase?: boolean;
};

const route = (methods: string, path: string, endpoint: Endpoint, handle: Handler): Route => ({
  methods: methods.split('|'),
  path,
  endpoint,
  handle,
});

/** A Graph address below `/me`, and the same one below `/users/{id}`. */
const graphRoutes = (method: string, path: string, endpoint: Endpoint, handle: Parameters<typeof graphAddress>[0]) => [
  route(method, `/v1.0/me${path}`, endpoint, graphAddress(handle)),
  route(method, `/v1.0/users/:user${path}`, endpoint, graphAddress(handle)),
];

const { google, linkedin, github } = socialProviders;

/** Providers for everybody, each below its own name. They have no faults; those are Entra's. */
const socialRoutes: Route[] = [
  ...[google, linkedin].flatMap((provider) => [
    route('GET', `/${provider.key}/.well-known/openid-configuration`, 'metadata', socialDiscovery(provider)),
    route('GET', `/${provider.key}/jwks`, 'jwks', socialKeys),
    route('GET', `/${provider.key}/authorize`, 'authorize', authorizeSocial(provider)),
    route('POST', `/${provider.key}/choose`, 'login', chooseAccount(provider)),
    route('POST', `/${provider.key}/token`, 'token', socialToken(provider)),
    route('GET|POST', `/${provider.key}/userinfo`, 'page', socialUserinfo(provider)),
  ]),
  route('GET', '/github/login/oauth/authorize', 'authorize', authorizeSocial(github)),
  route('POST', '/github/choose', 'login', chooseAccount(github)),
  route('POST', '/github/login/oauth/access_token', 'token', githubToken(github)),
  route('GET', '/github/api/v3/user', 'page', githubUser),
  route('GET', '/github/api/v3/user/emails', 'page', githubEmails),
];

const metadataPath = '/FederationMetadata/2007-06/FederationMetadata.xml';

/** Every address of the simulator. */
export const routes: Route[] = [
  route('GET', '/', 'page', indexPage),
  route('GET', '/error', 'page', errorPage),
  route('GET', '/:tenant/v2.0/.well-known/openid-configuration', 'metadata', discovery),
  route('GET', '/:tenant/discovery/v2.0/keys', 'jwks', publishedKeys),
  route('GET|POST', '/:tenant/oauth2/v2.0/authorize', 'authorize', authorize),
  route('GET|POST', '/:tenant/oauth2/v2.0/token', 'token', token),
  route('GET|POST', '/:tenant/oauth2/v2.0/logout', 'logout', logout),
  { ...route('GET', `/:tenant${metadataPath}`, 'federation-metadata', federationMetadata), anyCase: true },
  { ...route('GET', metadataPath, 'federation-metadata', adfsMetadata), anyCase: true },
  { ...route('GET|POST', '/:tenant/saml2', 'saml', saml), anyCase: true },
  { ...route('GET|POST', '/:tenant/wsfed', 'wsfed', wsfed), anyCase: true },
  { ...route('GET|POST', '/adfs/ls', 'wsfed', adfs), anyCase: true },
  { ...route('GET|POST', '/adfs/ls/', 'wsfed', adfs), anyCase: true },
  route('GET', '/:tenant/signin/:app', 'login', startAtProvider),
  route('POST', '/:tenant/login', 'login', login),
  route('POST', '/:tenant/consent', 'login', consent),

  ...socialRoutes,

  route('GET|POST', '/oidc/userinfo', 'graph-profile', graphAddress(userinfo)),
  ...graphRoutes('GET', '', 'graph-profile', profile),
  ...graphRoutes('GET', '/photo/$value', 'graph-photo', photo),
  ...graphRoutes('GET', '/photos/:size/$value', 'graph-photo', photo),
  ...graphRoutes('GET', '/transitiveMemberOf', 'graph-groups', transitiveMemberOf),
  ...graphRoutes('GET', '/transitiveMemberOf/:cast', 'graph-groups', transitiveMemberOf),
  ...graphRoutes('POST', '/getMemberObjects', 'graph-groups', memberIds),
  ...graphRoutes('POST', '/getMemberGroups', 'graph-groups', memberIds),

  route('GET', '/_sim/docs', 'control', docsPage),
  route('GET', '/_sim/docs-json', 'control', docsJson),
  route('GET', '/_sim/settings', 'control', getSettings),
  route('PUT', '/_sim/settings', 'control', putSettings),
  route('POST', '/_sim/tenants', 'control', postTenant),
  route('POST', '/_sim/users', 'control', postUser),
  route('DELETE', '/_sim/users/:oid', 'control', deleteUser),
  route('PUT', '/_sim/users/:oid/groups', 'control', putGroups),
  route('POST', '/_sim/social-people', 'control', postSocialPerson),
  route('DELETE', '/_sim/social-people/:person', 'control', deleteSocialPerson),
  route('POST', '/_sim/apps', 'control', postApp),
  route('GET', '/_sim/apps/:app/certificates', 'control', getCertificates),
  route('POST', '/_sim/apps/:app/certificates', 'control', postCertificate),
  route('POST', '/_sim/apps/:app/certificates/:thumbprint/activate', 'control', activateCertificate),
  route('DELETE', '/_sim/apps/:app/certificates/:thumbprint', 'control', deleteCertificate),
  route('GET', '/_sim/faults', 'control', getFaults),
  route('POST', '/_sim/faults', 'control', postFault),
  route('DELETE', '/_sim/faults', 'control', deleteFaults),
  route('DELETE', '/_sim/faults/:id', 'control', deleteFaults),
  route('GET', '/_sim/requests', 'control', getRequests),
  route('DELETE', '/_sim/requests', 'control', deleteRequests),
  route('POST', '/_sim/keys/rotate', 'control', rotateKeys),
  route('POST', '/_sim/reset', 'control', reset),
];

/** The named parts of a path that fits the pattern, or undefined. */
export function matchPath(pattern: string, path: string, anyCase = false): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const found: Record<string, string> = {};
  const same = (one: string, other: string) => one === other || (anyCase && one.toLowerCase() === other.toLowerCase());
  for (const [index, part] of wanted.entries()) {
    const value = decode(given[index] ?? '');
    if (!part.startsWith(':') && !same(part, value)) return undefined;
    if (part.startsWith(':')) {
      if (!value) return undefined;
      found[part.slice(1)] = value;
    }
  }
  return found;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
