import { ConnectionId, CredentialId, Strategy, TestRunId } from '@homerealm/domain';
import { z } from 'zod';
import {
  EntraConnectionSettings,
  SamlConnectionSettings,
  SealedCredential,
  SocialConnectionSettings,
  WsfedConnectionSettings,
} from '../connection-settings.js';
import { defineTopic, type EventOf } from '../define-topic.js';
import {
  exampleConnectionId,
  exampleConnectionSettings,
  exampleCredentialId,
  exampleOfAnotherProvider,
  exampleOrganizationId,
  exampleSamlConnectionSettings,
  exampleSocialConnectionSettings,
  exampleTenantId,
  exampleTestRunId,
  exampleTime,
  exampleWsfedConnectionSettings,
} from './examples.js';

const about = { connectionId: ConnectionId, revision: z.number().int().positive(), strategy: Strategy };
const example = { connectionId: exampleConnectionId, revision: 1, strategy: 'entra-oauth2' };
const exampleCredential = { kind: 'client-secret', sealed: 'a JWE in compact form', sealingKeyId: 'sealing-key-1' };

export const connectionTopic = defineTopic({
  name: 'connection-registry.connection.v1',
  owner: 'connection-registry',
  says: 'What happened to connections.',
  key: 'connectionId',
  policy: { cleanup: 'delete', retentionDays: 30 },
  readers: 'any',
  events: {
    ConnectionCreated: { says: 'A connection was added, as a draft.', data: z.object(about), example },
    ConnectionChanged: {
      says: 'Settings or credentials of a connection changed.',
      data: z.object({ ...about, changed: z.array(z.string()) }),
      example: { ...example, revision: 2, changed: ['displayName'] },
    },
    ConnectionEnabled: {
      says: 'People can sign in through it from now on.',
      data: z.object({ ...about, override: z.boolean() }),
      example: { ...example, revision: 3, override: true },
    },
    ConnectionDisabled: {
      says: 'Nobody can sign in through it any more.',
      data: z.object(about),
      example: { ...example, revision: 4 },
    },
    ConnectionTested: {
      says: 'A test sign-in of this very configuration ended.',
      data: z.object({
        ...about,
        testRunId: TestRunId,
        configHash: z.string(),
        passed: z.boolean(),
        /** Why it failed; null when it passed. */
        code: z.string().nullable(),
      }),
      example: {
        ...example,
        testRunId: exampleTestRunId,
        configHash: 'sha-256 of the configuration',
        passed: true,
        code: null,
      },
      examples: {
        failed: {
          ...example,
          testRunId: exampleTestRunId,
          configHash: 'sha-256 of the configuration',
          passed: false,
          code: 'upstream.credentials-refused',
        },
      },
    },
    TenantRequested: {
      says: 'People of a tenant that is not on the list tried to sign in through the common endpoint: an admin decides.',
      data: z.object({ ...about, tenantId: z.guid() }),
      example: { ...example, tenantId: exampleTenantId },
    },
    TenantDecided: {
      says: 'An admin approved or denied a tenant that had asked.',
      data: z.object({ ...about, tenantId: z.guid(), approved: z.boolean() }),
      example: { ...example, tenantId: exampleTenantId, approved: true },
    },
    CredentialExpiring: {
      says: 'A credential stops working soon, or has: told 30, 14, 7 and 1 days before, and when it is over.',
      data: z.object({
        ...about,
        credentialId: CredentialId,
        kind: z.enum(['client-secret', 'certificate']),
        expiresAt: z.iso.datetime(),
        /** 30, 14, 7, 1; 0 when it is over. */
        daysLeft: z.number().int(),
      }),
      example: {
        ...example,
        credentialId: exampleCredentialId,
        kind: 'client-secret',
        expiresAt: exampleTime,
        daysLeft: 14,
      },
    },
    CredentialProbed: {
      says: 'The daily try of a credential at the provider found something else than the day before.',
      data: z.object({
        ...about,
        credentialId: CredentialId,
        outcome: z.enum(['works', 'wrong', 'expired', 'unreachable', 'refused']),
      }),
      example: { ...example, credentialId: exampleCredentialId, outcome: 'wrong' },
    },
    SigningCertificateExpiring: {
      says: 'A certificate that a provider signs with ends soon, or has: told 30, 14, 7 and 1 days before, and when it is over.',
      data: z.object({
        ...about,
        thumbprintSha256: z.string(),
        expiresAt: z.iso.datetime(),
        /** 30, 14, 7, 1; 0 when it is over. */
        daysLeft: z.number().int(),
      }),
      example: {
        ...{ ...example, strategy: 'entra-saml' },
        thumbprintSha256: 'A'.repeat(64),
        expiresAt: exampleTime,
        daysLeft: 30,
      },
    },
    ProviderMetadataRead: {
      says: 'The scheduled reading of a provider’s metadata found other certificates or addresses, or began or ceased to fail.',
      data: z.object({
        ...about,
        outcome: z.enum(['changed', 'unreachable', 'unusable', 'works-again']),
        /** A code of the refusal; null where it was read. */
        code: z.string().nullable(),
      }),
      example: { ...{ ...example, strategy: 'entra-saml' }, outcome: 'changed', code: null },
      examples: {
        failed: {
          ...{ ...example, strategy: 'entra-wsfed' },
          ...{ outcome: 'unreachable', code: 'upstream.metadata-unreachable' },
        },
      },
    },
    DomainVerified: {
      says: 'The owner of a home realm domain proved it by DNS, or the proof is gone.',
      data: z.object({ ...about, domain: z.string(), verified: z.boolean() }),
      example: { ...example, domain: 'contoso.example', verified: true },
    },
    ConnectionDeleted: {
      says: 'The connection is gone, with its credentials.',
      data: z.object(about),
      example: { ...example, revision: 5 },
    },
  },
});
export type ConnectionEvent = EventOf<typeof connectionTopic>;

export const connectionStateTopic = defineTopic({
  name: 'connection-registry.connection-state.v1',
  owner: 'connection-registry',
  says: 'Every connection as it is now, without secrets. A tombstone says that it was deleted.',
  key: 'connectionId',
  policy: { cleanup: 'compact' },
  readers: 'any',
  stateOf: connectionTopic.name,
  events: {
    ConnectionState: {
      says: 'All settings of a connection to Microsoft Entra ID.',
      data: EntraConnectionSettings,
      example: exampleConnectionSettings,
      examples: {
        'of-the-whole-environment': {
          ...exampleConnectionSettings,
          organizationId: null,
          useCommonEndpoint: true,
          allowedTenants: [exampleTenantId],
          upstreamParams: { login_hint: { alias: 'login_hint' } },
          enabledApplications: ['app_demo'],
        },
      },
    },
    SocialConnectionState: {
      says: 'All settings of a connection to a provider that is known by its issuer.',
      data: SocialConnectionSettings,
      example: exampleSocialConnectionSettings,
      examples: {
        'of-a-company': {
          ...exampleSocialConnectionSettings,
          strategy: 'oidc',
          organizationId: exampleOrganizationId,
          issuer: 'https://idp.contoso.example',
          identityType: 'enterprise',
          homeRealmDomains: ['contoso.example'],
          upstreamParams: { login_hint: { alias: 'login_hint' }, prompt: { value: 'login' } },
          enabledApplications: ['app_demo'],
        },
      },
    },
    WsfedConnectionState: {
      says: 'All settings of a connection by WS-Federation.',
      data: WsfedConnectionSettings,
      example: exampleWsfedConnectionSettings,
      examples: {
        'of-another-provider': {
          ...exampleWsfedConnectionSettings,
          ...exampleOfAnotherProvider,
          ...{ organizationId: null, enabledApplications: ['app_demo'], providerInitiatedApplication: 'app_demo' },
          upstreamParams: { whr: { value: 'adfs.example' }, login_hint: { alias: 'login_hint' } },
          pinnedCertificates: ['A'.repeat(64)],
        },
      },
    },
    SamlConnectionState: {
      says: 'All settings of a connection by SAML 2.0.',
      data: SamlConnectionSettings,
      example: exampleSamlConnectionSettings,
      examples: {
        'signed-and-sealed': {
          ...exampleSamlConnectionSettings,
          ...{ signRequests: true, assertionEncryption: 'required', singleLogout: true, nameIdFormat: 'persistent' },
          ...{ signInUrl: 'https://login.microsoftonline.com/common/saml2', pinnedCertificates: ['A'.repeat(64)] },
          providerInitiatedApplication: 'app_demo',
          organizationId: null,
          upstreamParams: { domain_hint: { value: 'contoso.example' }, login_hint: { alias: 'login_hint' } },
          enabledApplications: ['app_demo'],
        },
        'of-another-provider': { ...exampleSamlConnectionSettings, ...exampleOfAnotherProvider },
      },
    },
  },
});
export type ConnectionStateEvent = EventOf<typeof connectionStateTopic>;

export const connectionCredentialsTopic = defineTopic({
  name: 'connection-registry.connection-credentials.v1',
  owner: 'connection-registry',
  says: 'The sealed credentials of every connection. A tombstone says that it was deleted.',
  key: 'connectionId',
  policy: { cleanup: 'compact' },
  readers: ['auth-gateway', 'profile-sync'],
  stateOf: connectionTopic.name,
  events: {
    ConnectionCredentials: {
      says: 'All usable credentials of a connection, sealed.',
      data: z.object({
        connectionId: ConnectionId,
        revision: z.number().int().positive(),
        credentials: z.array(SealedCredential),
      }),
      example: { connectionId: exampleConnectionId, revision: 1, credentials: [] },
      examples: {
        sealed: {
          connectionId: exampleConnectionId,
          revision: 3,
          credentials: [
            { ...exampleCredential, credentialId: 'credential-1', expiresAt: '2027-01-15T00:00:00.000Z' },
            { ...exampleCredential, credentialId: 'credential-2', kind: 'certificate', expiresAt: null },
          ],
        },
      },
    },
  },
});
export type ConnectionCredentialsEvent = EventOf<typeof connectionCredentialsTopic>;
