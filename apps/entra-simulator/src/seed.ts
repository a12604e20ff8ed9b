import { withoutFederation, type App, type Group, type Tenant, type User } from './directory/model.js';
import { portrait } from './seed-portrait.js';

export { socialProviders } from './social/seed-social.js';
export type { SocialProvider } from './social/model.js';

/** The directory at the start, with fixed ids, so that scripts and tests can name what is in it. */

const contoso: Tenant = {
  id: 'c0a70500-0000-4000-8000-000000000001',
  displayName: 'Contoso',
  domains: ['contoso.example'],
};
const fabrikam: Tenant = {
  id: 'fab12a30-0000-4000-8000-000000000001',
  displayName: 'Fabrikam',
  domains: ['fabrikam.example'],
};

/** A fixed, well-formed GUID: `part` is the kind of thing, `number` which one. */
function guid(tenant: Tenant, part: number, number: number): string {
  const [first] = tenant.id.split('-');
  return `${first}-${part.toString(16).padStart(4, '0')}-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

const groupNames = ['All employees', 'Engineering', 'Berlin office', 'Sales', 'Finance', 'Managers'];

function makeGroups(tenant: Tenant, count: number): Group[] {
  return Array.from({ length: count }, (_, index) => ({
    id: guid(tenant, 2, index + 1),
    tenantId: tenant.id,
    displayName: groupNames[index] ?? `Project ${String(index + 1).padStart(3, '0')}`,
    securityEnabled: true,
  }));
}

const contosoGroups = makeGroups(contoso, 250);
const fabrikamGroups = makeGroups(fabrikam, 201);
const firstGroups = (groups: Group[], count: number) => groups.slice(0, count).map((group) => group.id);

const passwords = new Map([
  [contoso.id, 'Contoso-demo-1'],
  [fabrikam.id, 'Fabrikam-demo-1'],
]);

type Sketch = Partial<User> & { note: string; groupCount?: number };

function person(tenant: Tenant, number: number, name: string, sketch: Sketch): User & { note: string } {
  const [givenName = name, surname = ''] = name.split(' ');
  const address = `${givenName}.${surname}@${tenant.domains[0]}`.toLowerCase();
  const { groupCount = 0, ...rest } = sketch;
  return {
    oid: guid(tenant, 1, number),
    tenantId: tenant.id,
    userPrincipalName: address,
    mail: address,
    displayName: name,
    givenName,
    surname,
    password: passwords.get(tenant.id) ?? '',
    otherMails: [],
    enabled: true,
    guest: false,
    groups: firstGroups(tenant === contoso ? contosoGroups : fabrikamGroups, groupCount),
    ...rest,
  };
}

const greta = person(fabrikam, 2, 'Greta Lind', { groupCount: 1, note: 'one group; also a guest at Contoso' });

export const seededPeople = {
  anna: person(contoso, 1, 'Anna Berg', { groupCount: 3, jobTitle: 'Engineer', note: 'an employee with three groups' }),
  ben: person(contoso, 2, 'Ben Okafor', { note: 'no groups at all' }),
  carla: person(contoso, 3, 'Carla Diaz', { groupCount: 200, note: 'exactly 200 groups: the most a token carries' }),
  dev: person(contoso, 4, 'Dev Patel', { groupCount: 250, note: '250 groups: more than a token carries' }),
  emma: person(contoso, 5, 'Emma Novak', {
    groupCount: 2,
    jobTitle: 'Head of Research',
    department: 'Research',
    officeLocation: 'Berlin 4.12',
    mobilePhone: '+49 30 5550123',
    preferredLanguage: 'de-DE',
    country: 'DE',
    photo: portrait,
    note: 'a full profile with photo and job title',
  }),
  gretaAtContoso: person(contoso, 6, 'Greta Lind', {
    userPrincipalName: 'greta.lind_fabrikam.example#EXT#@contoso.example',
    mail: greta.userPrincipalName,
    guest: true,
    home: { tenantId: fabrikam.id, oid: greta.oid },
    password: greta.password,
    groupCount: 1,
    note: 'a guest from Fabrikam, signs in with her Fabrikam account',
  }),
  hugo: person(contoso, 7, 'Hugo Klein', { enabled: false, groupCount: 1, note: 'a disabled account' }),
  ines: person(contoso, 8, 'Ines Moreau', {
    mail: undefined,
    groupCount: 1,
    note: 'no email address, only a user name',
  }),
  frank: person(fabrikam, 1, 'Frank Mori', { groupCount: 3, note: 'an employee with three groups' }),
  greta,
  ivan: person(fabrikam, 3, 'Ivan Petrov', { groupCount: 201, note: '201 groups: just more than a token carries' }),
  mallory: person(fabrikam, 4, 'Mallory Fox', {
    mail: 'anna.berg@contoso.example',
    note: "claims another company's email address (Anna's), which nobody verified",
  }),
} as const;

const app = (tenant: Tenant, number: number, sketch: Partial<App>): App => ({
  clientId: guid(tenant, 3, number),
  tenantId: tenant.id,
  displayName: 'Homerealm (local)',
  secrets: [],
  certificates: [],
  redirectUris: [],
  postLogoutRedirectUris: [],
  optionalClaims: ['email', 'family_name', 'given_name', 'xms_edov'],
  groupMembershipClaims: 'SecurityGroup',
  permissions: { delegated: ['User.Read'], application: ['GroupMember.Read.All', 'User.Read.All'] },
  multiTenant: false,
  personalAccounts: false,
  publicClient: false,
  assignmentRequired: false,
  assignedUsers: [],
  roles: {},
  consent: 'granted',
  ...structuredClone(withoutFederation),
  ...sketch,
});

export const seed = {
  tenants: { contoso, fabrikam },
  groups: [...contosoGroups, ...fabrikamGroups],
  people: seededPeople,
  /** Their redirect URIs are registered through `POST /_sim/apps`, because those hold ids that exist only later. */
  apps: {
    contoso: app(contoso, 1, { secrets: [{ value: 'sim8Q~contoso-local-secret-not-for-production' }] }),
    fabrikam: app(fabrikam, 1, { secrets: [{ value: 'sim8Q~fabrikam-local-secret-not-for-production' }] }),
    /** Enterprise applications; their identifiers and reply addresses are registered later as well. */
    contosoSaml: app(contoso, 3, {
      displayName: 'Homerealm by SAML (local)',
      ownCertificate: true,
      secrets: [{ value: 'sim8Q~contoso-saml-local-secret-not-for-production' }],
    }),
    contosoWsfed: app(contoso, 4, {
      displayName: 'Homerealm by WS-Federation (local)',
      ownCertificate: true,
      secrets: [{ value: 'sim8Q~contoso-wsfed-local-secret-not-for-production' }],
    }),
    multiTenant: app(contoso, 2, {
      displayName: 'Homerealm (any company)',
      multiTenant: true,
      secrets: [{ value: 'sim8Q~multi-tenant-local-secret-not-for-production' }],
    }),
  },
} as const;

export type DemoAccount = {
  email: string;
  password: string;
  company: string;
  tenantId: string;
  oid: string;
  groupCount: number;
  canSignIn: boolean;
  note: string;
};

/** The people as a person would use them: what to type, and what is special. */
export const demoAccounts: DemoAccount[] = Object.values(seededPeople).map((user) => ({
  email: user.guest ? (user.mail ?? user.userPrincipalName) : user.userPrincipalName,
  password: user.password,
  company: user.tenantId === contoso.id ? contoso.displayName : fabrikam.displayName,
  tenantId: user.tenantId,
  oid: user.oid,
  groupCount: user.groups.length,
  canSignIn: user.enabled,
  note: user.note,
}));
