import { type ConnectionInput, type FederationConnectionSettings, isFederationConnection } from '@homerealm/contracts';
import { type InputProblem, isUrl } from '@homerealm/domain';
import type { Connection, SomeFields } from './connection.js';
import { problem } from './problems.js';
import { hasWorkingCredential } from './working-credential.js';

/** Realm and entity ID where nobody sets another: the address of our own metadata of this connection. */
export const defaultIdentifier = ({ callbackUrl, connectionId }: { callbackUrl: string; connectionId: string }) =>
  `${new URL(callbackUrl).origin}/login/metadata/${connectionId}`;

/** Where the provider signs people out through us. */
export const signOutUrl = ({ callbackUrl, connectionId }: { callbackUrl: string; connectionId: string }) =>
  `${new URL(callbackUrl).origin}/login/logout/${connectionId}`;

/** The rules of federations between fields. A rule is silent as long as a field it needs is missing. */
export function federationProblems(fields: SomeFields, given: ConnectionInput, hasSecret: boolean): InputProblem[] {
  const noClient = fields.clientId === null;
  const noGraph = noClient || fields.entraDomain === null;
  return [
    ...(given.metadataUrl && given.metadataXml ? [problem('connection.metadata-ambiguous', 'metadataXml')] : []),
    ...(hasSecret && noClient ? [problem('connection.client-required', 'clientId')] : []),
    ...(fields.backgroundGroups && noGraph ? [problem('connection.graph-client-required', 'backgroundGroups')] : []),
    ...signInUrlProblems(fields),
  ];
}

function signInUrlProblems({ signInUrl, entraDomain, authority }: SomeFields): InputProblem[] {
  if (!signInUrl || !entraDomain || authority === undefined || !isUrl(signInUrl)) return [];
  const { protocol, origin } = new URL(signInUrl);
  // What is no https address is refused for that already.
  return protocol !== 'https:' || origin === authority
    ? []
    : [problem('connection.sign-in-url-not-at-authority', 'signInUrl')];
}

/** Whether our requests are signed: because an admin wants it, or because the provider's metadata asks for it. */
export const signsRequests = (settings: FederationConnectionSettings): boolean =>
  settings.strategy === 'entra-saml' && (settings.signRequests || settings.provider.wantsSignedRequests);

/** Whether assertions may come encrypted. */
export const opensAssertions = (settings: FederationConnectionSettings): boolean =>
  settings.strategy === 'entra-saml' && settings.assertionEncryption !== 'none';

/** Whether the connection cannot do what it is set to do, because it lacks a certificate credential that works. */
export function lacksOwnKey({ settings, credentials }: Pick<Connection, 'settings' | 'credentials'>, now: Date) {
  if (!isFederationConnection(settings)) return false;
  if (!signsRequests(settings) && !opensAssertions(settings)) return false;
  return !hasWorkingCredential(
    credentials.filter(({ kind }) => kind === 'certificate'),
    now,
  );
}

/** Whether Microsoft Graph can be asked with the connection's credentials. */
export const hasGraphClient = (
  settings: FederationConnectionSettings,
): settings is FederationConnectionSettings & { clientId: string; tenantId: string } =>
  settings.clientId !== null && settings.tenantId !== null;
