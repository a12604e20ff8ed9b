import {
  federationIssuer,
  isEntraConnection,
  isFederationConnection,
  speaksForTenant,
  type ConnectionSettings,
  type FederationConnectionSettings,
  type OwnSignInPolicies,
} from '@homerealm/contracts';
import { OrganizationId, type Check, type UpstreamAccountKey } from '@homerealm/domain';
import { isChosenBy, isForApplication, isForOrganization } from './discover-home.js';
import type { Identifier } from './own-sign-in/identifier.js';

/** What the gate is shown. At the start of a sign-in nobody has proved anything yet: `account` is absent. */
export type AdmissionFacts = {
  /** Milliseconds since 1970. */
  now: number;
  /** The connection as the replica has it at this moment; null when it is not (or no longer) there. */
  connection: ConnectionSettings | null;
  applicationId: string;
  /** The connections the application lets people sign in through; null means all. */
  applicationConnections: readonly string[] | null;
  /** Asked for with `org_code`. */
  organizationId: string | null;
  /** Origins of upstream hosts the operator lists; an authority taken off the list ends its connections' sign-ins. */
  authorities: readonly string[];
  /** When the sign-in that comes back stops being valid, milliseconds since 1970. */
  expiresAt?: number;
  /** The account the upstream proved. */
  account?: UpstreamAccountKey;
  /** A test sign-in: the connection need not be enabled, and no application asks. Everything else holds. */
  isTest?: boolean;
};

export type Admission =
  | { admitted: true; connection: ConnectionSettings; checks: Check[] }
  | { admitted: false; code: AdmissionRefusal; checks: Check[] };

type Row = {
  check: string;
  refusal: string;
  /** True: passed. False: refused. Undefined: nothing to check at this moment. */
  holds: (connection: ConnectionSettings, facts: AdmissionFacts) => boolean | undefined;
  details?: (connection: ConnectionSettings, facts: AdmissionFacts) => Check['details'];
};

/** Every path into the product goes through these rows, in this order; the first that fails names the refusal. */
const rows = [
  {
    check: 'connection.is-enabled',
    refusal: 'connection.not-enabled',
    holds: (connection, { isTest }) => (isTest ? undefined : connection.state === 'enabled'),
    details: ({ state, revision }) => ({ state, revision }),
  },
  {
    check: 'connection.is-for-application',
    refusal: 'connection.other-application',
    holds: (connection, facts) => (facts.isTest ? undefined : isForApplication(connection, facts)),
    details: (_, { applicationId }) => ({ applicationId }),
  },
  {
    check: 'application.takes-connection',
    refusal: 'application.other-connections',
    holds: (connection, facts) => (facts.isTest ? undefined : isChosenBy(facts, connection)),
    details: (_, { applicationId }) => ({ applicationId }),
  },
  {
    check: 'organization.is-well-formed',
    refusal: 'organization.unknown',
    holds: (_, { organizationId }) => organizationId === null || OrganizationId.safeParse(organizationId).success,
  },
  {
    check: 'connection.is-for-organization',
    refusal: 'connection.other-organization',
    holds: (connection, { organizationId }) => isForOrganization(connection, organizationId),
    details: (connection, { organizationId }) => ({ asked: organizationId, connection: connection.organizationId }),
  },
  {
    check: 'connection.authority-is-listed',
    refusal: 'connection.authority-not-listed',
    holds: (connection, { authorities }) =>
      restsOnAuthority(connection) ? authorities.includes(connection.authority) : undefined,
    details: (connection) => ({ authority: restsOnAuthority(connection) ? connection.authority : null }),
  },
  {
    check: 'sign-in.is-fresh',
    refusal: 'sign-in.transaction-expired',
    holds: (_, { now, expiresAt }) => (expiresAt === undefined ? undefined : now < expiresAt),
  },
  {
    check: 'connection.tenant-is-allowed',
    refusal: 'connection.tenant-not-allowed',
    holds: (connection, { account }) => (account ? isTenantAllowed(connection, account) : undefined),
    details: (_, { account }) => ({ tenantId: account?.kind === 'entra' ? account.tenantId : null }),
  },
] as const satisfies readonly Row[];

export type AdmissionRefusal = (typeof rows)[number]['refusal'] | 'connection.unknown';

/** The one admission gate: asked before a person is sent upstream and again when they come back. */
export function admit(facts: AdmissionFacts): Admission {
  const { connection } = facts;
  if (!connection) {
    return {
      admitted: false,
      code: 'connection.unknown',
      checks: [{ code: 'connection.is-known', outcome: 'failed' }],
    };
  }
  const checks: Check[] = [{ code: 'connection.is-known', outcome: 'passed' }];
  for (const row of rows as readonly (Row & { refusal: AdmissionRefusal })[]) {
    const holds = row.holds(connection, facts);
    if (holds === undefined) continue;
    const details = row.details?.(connection, facts);
    checks.push({ code: row.check, outcome: holds ? 'passed' : 'failed', ...(details && { details }) });
    if (!holds) return { admitted: false, code: row.refusal, checks };
  }
  return { admitted: true, connection, checks };
}

/**
 * An Entra connection signs in its pinned tenant, or with the common endpoint the tenants on its list; any other one
 * signs in the accounts of its issuer.
 */
function isTenantAllowed(connection: ConnectionSettings, account: UpstreamAccountKey): boolean {
  if (isFederationConnection(connection)) return isOfFederation(connection, account);
  if (!isEntraConnection(connection)) return account.kind === 'oidc' && account.issuer === connection.issuer;
  if (account.kind !== 'entra') return false;
  const tenantId = account.tenantId.toLowerCase();
  const allowed = connection.useCommonEndpoint ? connection.allowedTenants : [connection.tenantId];
  return allowed.some((tenant) => tenant.toLowerCase() === tenantId);
}

/** Whether it is the operator's list that lets us believe the connection's provider. */
export const restsOnAuthority = (
  connection: ConnectionSettings,
): connection is ConnectionSettings & { authority: string } =>
  isEntraConnection(connection) || (isFederationConnection(connection) && speaksForTenant(connection));

function isOfFederation(connection: FederationConnectionSettings, account: UpstreamAccountKey): boolean {
  if (!speaksForTenant(connection)) return account.kind === 'oidc' && account.issuer === federationIssuer(connection);
  return account.kind === 'entra' && account.tenantId.toLowerCase() === connection.tenantId.toLowerCase();
}

/** What the gate is shown where no provider is asked: somebody proves an email, a phone or a username to us. */
export type OwnAdmissionFacts = Pick<
  AdmissionFacts,
  'now' | 'applicationId' | 'applicationConnections' | 'organizationId' | 'expiresAt'
> & {
  by: Identifier['by'];
  /** What the policies allow, as far as codes can be sent. */
  ways: OwnSignInPolicies;
  /** `connection_id`: an application that names a connection wants that one. */
  namedConnectionId: string | null;
};

/** In the list of an application's connections this stands for signing in without one. */
export const ownSignIn = 'own-sign-in';

/** An application without a list takes that too. */
export const takesOwnSignIn = (applicationConnections: readonly string[] | null): boolean =>
  applicationConnections === null || applicationConnections.includes(ownSignIn);

type OwnRow = {
  check: string;
  refusal: string;
  holds: (facts: OwnAdmissionFacts) => boolean | undefined;
  details?: (facts: OwnAdmissionFacts) => Check['details'];
};

const ownRows = [
  {
    check: 'own-sign-in.is-allowed',
    refusal: 'own-sign-in.not-allowed',
    holds: ({ ways, by }) => ways[by],
    details: ({ by }) => ({ by }),
  },
  {
    check: 'application.takes-own-sign-in',
    refusal: 'application.other-connections',
    holds: ({ applicationConnections, namedConnectionId }) =>
      namedConnectionId === null && takesOwnSignIn(applicationConnections),
    details: ({ applicationId }) => ({ applicationId }),
  },
  {
    check: 'organization.is-well-formed',
    refusal: 'organization.unknown',
    holds: ({ organizationId }) => organizationId === null || OrganizationId.safeParse(organizationId).success,
  },
  {
    check: 'sign-in.is-fresh',
    refusal: 'sign-in.transaction-expired',
    holds: ({ now, expiresAt }) => (expiresAt === undefined ? undefined : now < expiresAt),
  },
] as const satisfies readonly OwnRow[];

export type OwnAdmissionRefusal = (typeof ownRows)[number]['refusal'];

export type OwnAdmission =
  { admitted: true; checks: Check[] } | { admitted: false; code: OwnAdmissionRefusal; checks: Check[] };

/** The gate of the way without a provider: asked before a code is sent, when it comes back, and before a sign-up. */
export function admitOwn(facts: OwnAdmissionFacts): OwnAdmission {
  const checks: Check[] = [];
  for (const row of ownRows as readonly (OwnRow & { refusal: OwnAdmissionRefusal })[]) {
    const holds = row.holds(facts);
    if (holds === undefined) continue;
    const details = row.details?.(facts);
    checks.push({ code: row.check, outcome: holds ? 'passed' : 'failed', ...(details && { details }) });
    if (!holds) return { admitted: false, code: row.refusal, checks };
  }
  return { admitted: true, checks };
}
