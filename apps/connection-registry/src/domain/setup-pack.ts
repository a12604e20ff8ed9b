import type { EntraConnectionSettings } from '@homerealm/contracts';
import { shellQuote } from './shell-quote.js';

/** Microsoft Graph's own application id, the same in every tenant and cloud. */
const graph = '00000003-0000-0000-c000-000000000000';

type Permission = { name: string; id: string; type: 'Scope' | 'Role' };
const delegated = (name: string, id: string): Permission => ({ name, id, type: 'Scope' });
const application = (name: string, id: string): Permission => ({ name, id, type: 'Role' });

const permissions = {
  openid: delegated('openid', '37f7f235-527c-4136-accd-4a02d197296e'),
  profile: delegated('profile', '14dad69e-099b-42c9-810b-d002981feec1'),
  email: delegated('email', '64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0'),
  userRead: delegated('User.Read', 'e1fe6dd8-ba31-4d61-89e7-88639da4683d'),
  userReadAll: application('User.Read.All', 'df021288-bdef-4463-88db-98f22de89214'),
  groupMemberReadAll: application('GroupMember.Read.All', '98830695-27a2-44f7-8c18-0c3ebc9698f6'),
};

/** `xms_edov` says that the tenant owns the email's domain; without it fewer emails are proven. */
export const optionalClaims = ['acct', 'email', 'family_name', 'given_name', 'xms_edov'];

const clouds: Record<string, string> = {
  'https://login.microsoftonline.us': 'AzureUSGovernment',
  'https://login.partner.microsoftonline.cn': 'AzureChinaCloud',
};

/** What the settings of the connection need, and no more. */
export function neededPermissions(settings: EntraConnectionSettings): Permission[] {
  const { openid, profile, email, userRead, userReadAll, groupMemberReadAll } = permissions;
  const own = settings.getUserGroups || settings.extendedProfile ? [userRead] : [];
  const background = settings.backgroundGroups ? [userReadAll, groupMemberReadAll] : [];
  return [openid, profile, email, ...own, ...background];
}

/** The app registration's manifest, as far as the connection has a say in it. */
export function setupManifest(settings: EntraConnectionSettings): Record<string, unknown> {
  const claim = (name: string) => ({ name, source: null, essential: false, additionalProperties: [] });
  const access = neededPermissions(settings).map(({ id, type }) => ({ id, type }));
  return {
    signInAudience: settings.useCommonEndpoint ? 'AzureADMultipleOrgs' : 'AzureADMyOrg',
    web: { redirectUris: [settings.callbackUrl] },
    optionalClaims: { idToken: optionalClaims.map(claim), accessToken: [], saml2Token: [] },
    ...(settings.getUserGroups && { groupMembershipClaims: 'SecurityGroup' }),
    requiredResourceAccess: [{ resourceAppId: graph, resourceAccess: access }],
  };
}

/**
 * The same as commands. What the registration has already stays: the redirect URI and the permissions are added. Values
 * stand in quoted words only, never in comments.
 */
export function setupCommands(settings: EntraConnectionSettings): string[] {
  const { optionalClaims: claims, signInAudience } = setupManifest(settings);
  const id = shellQuote(settings.clientId);
  const cloud = clouds[settings.authority];
  const added = neededPermissions(settings).map((one) => `${one.id}=${one.type}`);
  return [
    ...(cloud ? [`az cloud set --name ${cloud}`] : []),
    `az login --tenant ${shellQuote(settings.tenantId)} --allow-no-subscriptions`,
    // The list is replaced as a whole; without file name patterns, so that no URI is taken for one.
    `set -f; uris=$(az ad app show --id ${id} --query web.redirectUris -o tsv)`,
    `az ad app update --id ${id} --web-redirect-uris $uris ${shellQuote(settings.callbackUrl)}; set +f`,
    `az ad app update --id ${id} --sign-in-audience ${String(signInAudience)}`,
    `az ad app update --id ${id} --optional-claims ${shellQuote(JSON.stringify(claims))}`,
    ...(settings.getUserGroups ? [`az ad app update --id ${id} --set groupMembershipClaims=SecurityGroup`] : []),
    `az ad app permission add --id ${id} --api ${graph} --api-permissions ${added.join(' ')}`,
    `az ad app permission admin-consent --id ${id}`,
  ];
}

/** Where an administrator consents for everybody. What comes back with it proves nothing and is never believed. */
export function adminConsentUrl(settings: EntraConnectionSettings): string {
  const tenant = settings.useCommonEndpoint ? 'organizations' : settings.tenantId;
  const url = new URL(`${settings.authority}/${encodeURIComponent(tenant)}/v2.0/adminconsent`);
  url.searchParams.set('client_id', settings.clientId);
  url.searchParams.set('scope', `${settings.graphOrigin}/.default`);
  url.searchParams.set('redirect_uri', settings.callbackUrl);
  url.searchParams.set('state', settings.connectionId);
  return url.href;
}
