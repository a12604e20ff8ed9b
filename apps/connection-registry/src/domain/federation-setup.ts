import { type FederationConnectionSettings, type SetupStep } from '@homerealm/contracts';
import { opensAssertions, signOutUrl, signsRequests } from './federation-rules.js';

/** What both sides must know alike. */
export type FederationAddresses = { replyUrl: string; identifier: string; signOutUrl: string; metadataUrl: string };

export const federationAddresses = (settings: FederationConnectionSettings): FederationAddresses => ({
  replyUrl: settings.callbackUrl,
  identifier: settings.strategy === 'entra-saml' ? settings.entityId : settings.realm,
  signOutUrl: signOutUrl(settings),
  metadataUrl: `${new URL(settings.callbackUrl).origin}/login/metadata/${settings.connectionId}`,
});

/** The steps in the portal of Entra, in their order, with this connection's values. */
export function setupSteps(settings: FederationConnectionSettings): SetupStep[] {
  const addresses = federationAddresses(settings);
  const steps = settings.strategy === 'entra-saml' ? samlSteps(settings, addresses) : wsfedSteps(settings, addresses);
  return [...steps, ...graphSteps(settings), assignment];
}

type Value = SetupStep['values'][number];
const step = (says: string, ...values: Value[]): SetupStep => ({ says, values });

function samlSteps(settings: FederationConnectionSettings, addresses: FederationAddresses): SetupStep[] {
  return [
    step(
      'Enterprise applications → New application → Create your own application, not from the gallery. Then Single sign-on → SAML.',
    ),
    step(
      'Basic SAML Configuration → Edit. “Upload metadata file” fills it in from our metadata.',
      { name: 'Identifier (Entity ID)', value: addresses.identifier },
      { name: 'Reply URL (Assertion Consumer Service URL)', value: addresses.replyUrl },
      { name: 'Logout Url (Optional)', value: addresses.signOutUrl },
      { name: 'Upload metadata file', value: addresses.metadataUrl },
    ),
    step(
      'Attributes & Claims: the claims that are read, by name and namespace together. Those that Entra adds by itself need nothing.',
      ...claimValues(settings),
    ),
    ...groupSteps(settings, 'Attributes & Claims → Add a group claim'),
    step(
      'SAML Certificates: signing option “Sign SAML assertion” (or response and assertion), algorithm SHA-256. The metadata is read from the App Federation Metadata Url.',
      ...readFrom(settings),
    ),
    ...ownKeySteps(settings),
  ];
}

function wsfedSteps(settings: FederationConnectionSettings, addresses: FederationAddresses): SetupStep[] {
  return [
    step('App registrations → New registration, accounts in this organizational directory only.', {
      name: 'Redirect URI, platform Web',
      value: addresses.replyUrl,
    }),
    step(
      'Expose an API → Application ID URI. If Entra wants an address of a domain of yours, or api:// with the client id, take that and store the same text as realm of the connection.',
      { name: 'Application ID URI', value: addresses.identifier },
    ),
    step('Authentication → Front-channel logout URL.', {
      name: 'Front-channel logout URL',
      value: addresses.signOutUrl,
    }),
    step(
      'Token configuration → Add optional claim, token type SAML: email. The other claims come by themselves.',
      ...claimValues(settings),
    ),
    ...groupSteps(settings, 'Token configuration → Add groups claim, for SAML tokens'),
    step('Certificates: nothing to enter. They are read from the federation metadata document.', ...readFrom(settings)),
  ];
}

const said = {
  email: 'Email',
  givenName: 'Given name',
  familyName: 'Family name',
  displayName: 'Display name',
  preferredUsername: 'User name',
} as const;

function claimValues({ attributeMapping }: FederationConnectionSettings): Value[] {
  const named = Object.entries(said).map(([field, name]) => ({
    name,
    value: attributeMapping[field as keyof typeof said],
  }));
  const extra = Object.entries(attributeMapping.extra).map(([name, value]) => ({ name, value }));
  return [...named, ...extra].flatMap(({ name, value }) => (value === null ? [] : [{ name, value }]));
}

function groupSteps({ getUserGroups, attributeMapping }: FederationConnectionSettings, where: string): SetupStep[] {
  if (!getUserGroups || attributeMapping.groups === null) return [];
  const says = `${where}: security groups, by their Group ID. Of more than 150 groups Entra sends none, so that Microsoft Graph must be asked.`;
  return [step(says, { name: 'Groups', value: attributeMapping.groups })];
}

const readFrom = ({ metadataUrl, provider }: FederationConnectionSettings): Value[] => [
  ...(metadataUrl === null ? [] : [{ name: 'Federation metadata', value: metadataUrl }]),
  ...provider.certificates.map(({ thumbprintSha256 }) => ({ name: 'Thumbprint (SHA-256)', value: thumbprintSha256 })),
];

function ownKeySteps(settings: FederationConnectionSettings): SetupStep[] {
  const signs = 'SAML Certificates → Verification certificates: require them, and upload the connection’s certificate.';
  const opens = 'Security → Token encryption: import the connection’s certificate and activate it.';
  return [...(signsRequests(settings) ? [step(signs)] : []), ...(opensAssertions(settings) ? [step(opens)] : [])];
}

function graphSteps({ clientId, getUserGroups, backgroundGroups }: FederationConnectionSettings): SetupStep[] {
  if (clientId === null || !(getUserGroups || backgroundGroups)) return [];
  return [
    step(
      'App registrations → the application → API permissions → Microsoft Graph → application permissions; then “Grant admin consent”.',
      { name: 'Application (client) ID', value: clientId },
      { name: 'Permission', value: 'User.Read.All' },
      { name: 'Permission', value: 'GroupMember.Read.All' },
    ),
    step(
      'Certificates & secrets: upload a certificate credential of the connection, or make a client secret and store its Value in the connection.',
    ),
  ];
}

const assignment = step(
  'Enterprise applications → the application → Users and groups: who may sign in, where “Assignment required” is on.',
);
