import { ConnectionId, TestRunId } from '@homerealm/domain';
import { z } from 'zod';

/** What an app registration needs so that a connection works, and whether it is known to be there. */
export const SetupItem = z.object({
  item: z.enum(['redirect-uri', 'credential', 'optional-claims', 'groups-claim', 'graph-consent']),
  state: z
    .enum(['there', 'missing', 'unknown'])
    .describe('As the latest test run showed it; `unknown` where none did, or where it did not get that far.'),
  says: z.string().describe('What it is for, or what to do about it.'),
});
export type SetupItem = z.infer<typeof SetupItem>;

/** The same of a WS-Federation or SAML connection. */
export const FederationSetupItem = SetupItem.extend({
  item: z.enum([
    'reply-url',
    'identifier',
    'certificate',
    'tenant-claims',
    'email-claim',
    'groups-claim',
    'graph-access',
  ]),
});
export type FederationSetupItem = z.infer<typeof FederationSetupItem>;

/** `GET /connections/:id/setup`: everything to set up the app registration in Entra. */
export const SetupResponse = z.object({
  connectionId: ConnectionId.describe('The connection.'),
  redirectUri: z.url().describe('To be entered in the app registration, platform Web.'),
  manifest: z
    .record(z.string(), z.unknown())
    .describe('Fragment of the app registration’s manifest, in the format of Microsoft Graph.'),
  commands: z
    .array(z.string())
    .describe('The same as commands of the Azure CLI, for a POSIX shell such as the Cloud Shell’s Bash.'),
  adminConsentUrl: z.url().describe('An administrator of the tenant opens it to consent for everybody.'),
  items: z.array(SetupItem).describe('What must be there.'),
  testedBy: z
    .object({ testRunId: TestRunId, finishedAt: z.iso.datetime() })
    .nullable()
    .describe('The test run that `items` speak of; null when there is none.'),
});
export type SetupResponse = z.infer<typeof SetupResponse>;

/** One step in the provider's portal, with this connection's values to copy. */
export const SetupStep = z.object({
  says: z.string().describe('What to do.'),
  values: z
    .array(z.object({ name: z.string().describe('The field in the portal.'), value: z.string().describe('To copy.') }))
    .describe('This connection’s values for it.'),
});
export type SetupStep = z.infer<typeof SetupStep>;

/** `GET /connections/:id/setup` of a WS-Federation or SAML connection: the steps in the Entra portal. */
export const FederationSetupResponse = z.object({
  connectionId: ConnectionId.describe('The connection.'),
  replyUrl: z.url().describe('Reply URL: the Assertion Consumer Service of SAML, the wreply of WS-Federation.'),
  identifier: z.string().describe('Identifier (entity ID, realm).'),
  signOutUrl: z.url().describe('Logout URL.'),
  metadataUrl: z.url().describe('Our own metadata, to upload or to point at.'),
  steps: z.array(SetupStep).describe('In their order.'),
  items: z.array(FederationSetupItem).describe('What must be there.'),
  testedBy: z
    .object({ testRunId: TestRunId, finishedAt: z.iso.datetime() })
    .nullable()
    .describe('The test run that `items` speak of; null when there is none.'),
});
export type FederationSetupResponse = z.infer<typeof FederationSetupResponse>;
