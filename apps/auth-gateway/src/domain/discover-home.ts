import type { ConnectionSettings } from '@homerealm/contracts';

/** Who asks for a way in: the application, and the organization it asked for with `org_code`. */
export type Asker = AskingApplication & { organizationId: string | null };

/** An application, with the connections it lets people sign in through; null means all. */
export type AskingApplication = { applicationId: string; applicationConnections: readonly string[] | null };

export type HomeQuestion = Asker & {
  /** The connection named by `connection_id`: undefined when none was named, null when nobody knows it. */
  named: ConnectionSettings | null | undefined;
  /** The domain of the typed email or of `login_hint`, normalised; null when there is none. */
  domain: string | null;
  /** The connection that has this domain as a home realm domain. */
  ofDomain: ConnectionSettings | null;
};

export type HomeDecision =
  | { go: 'upstream'; connection: ConnectionSettings; by: 'connection-id' | 'domain' }
  | { go: 'ask'; because: 'no-hint' | 'unknown-domain' | 'connection-not-usable' }
  | { go: 'refused'; code: 'connection.unknown' | 'discovery.other-organization' };

/**
 * Home realm discovery: which upstream signs this person in. A named connection wins; else the domain chooses among
 * the connections this asker may use; else we ask. Nothing here knows accounts, so nothing can tell that one exists.
 */
export function discoverHome(question: HomeQuestion): HomeDecision {
  const { named, domain, ofDomain } = question;
  if (named === null) return { go: 'refused', code: 'connection.unknown' };
  if (named) return { go: 'upstream', connection: named, by: 'connection-id' };
  if (domain === null) return { go: 'ask', because: 'no-hint' };
  // A draft leads nobody anywhere yet: whoever signs in with such an address today still does.
  if (!ofDomain || ofDomain.state === 'draft') return { go: 'ask', because: 'unknown-domain' };
  if (ofDomain.state !== 'enabled' || !isForApplication(ofDomain, question) || !isChosenBy(question, ofDomain)) {
    return { go: 'ask', because: 'connection-not-usable' };
  }
  if (!isForOrganization(ofDomain, question.organizationId)) {
    return { go: 'refused', code: 'discovery.other-organization' };
  }
  return { go: 'upstream', connection: ofDomain, by: 'domain' };
}

/** A connection without a list is for every application. */
export function isForApplication(
  connection: ConnectionSettings,
  { applicationId }: Pick<AskingApplication, 'applicationId'>,
): boolean {
  return connection.enabledApplications === null || connection.enabledApplications.includes(applicationId);
}

/** An application without a list takes every connection. */
export function isChosenBy(
  { applicationConnections }: Pick<AskingApplication, 'applicationConnections'>,
  { connectionId }: Pick<ConnectionSettings, 'connectionId'>,
): boolean {
  return applicationConnections === null || applicationConnections.includes(connectionId);
}

/** An organization's connection never serves a sign-in that was asked for another organization. */
export function isForOrganization(connection: ConnectionSettings, organizationId: string | null): boolean {
  return connection.organizationId === null || organizationId === null || connection.organizationId === organizationId;
}
