import type { Fact, Finding } from '../checks/facts.js';
import { checkFolded, fold } from '../checks/folded.js';
import { query } from './query.js';
import type { Rig } from './rig.js';

type Rows = Map<string, unknown>;

/** Every table that holds what events add up to, against what they do add up to. */
export async function checkReadModels(rig: Rig, facts: readonly Fact[]): Promise<Finding[]> {
  const { gateway, directory, registry, profileSync } = rig.system.postgres;
  const connections = fold(facts, 'connection-registry.connection-state.v1');
  const groups = mapValues(fold(facts, 'profile-sync.groups-state.v1'), groupsOf);
  const policies = fold(facts, 'connection-registry.policy-state.v1');
  const users = mapValues(fold(facts, 'identity-directory.user-state.v1'), userOf);
  const credentials = mapValues(fold(facts, 'connection-registry.connection-credentials.v1'), credentialsOf);
  return [
    ...checkFolded('groups of users at the gateway', groups, await read(gateway, userGroups)),
    ...checkFolded('groups of people at profile-sync', groups, await read(profileSync, personGroups)),
    ...checkFolded('connections at the gateway', connections, await read(gateway, replica('connection_replica'))),
    ...checkFolded('connections at profile-sync', connections, await read(profileSync, replica('connection_replica'))),
    ...checkFolded(
      'connections at the registry',
      mapValues(connections, briefly),
      await read(registry, ownConnections),
    ),
    ...checkFolded('credentials at the gateway', credentials, await read(gateway, gatewayCredentials)),
    ...checkFolded('policies at the gateway', policies, await read(gateway, gatewayPolicies)),
    ...checkFolded('policies at profile-sync', mapValues(policies, ofSync), await read(profileSync, syncPolicies)),
    ...checkFolded('users at the directory', users, await read(directory, directoryUsers)),
    ...checkFolded('ended users at the gateway', endedUsers(facts), await read(gateway, ended)),
  ];
}

async function read(url: string, text: string): Promise<Rows> {
  const rows = await query<{ subject: string; value: unknown }>(url, text);
  return new Map(rows.map(({ subject, value }) => [subject, value]));
}

const asOf = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const userGroups = `SELECT user_id AS subject, json_build_object('connectionId', connection_id,
  'completeness', completeness, 'asOf', ${asOf('as_of')}, 'groups', groups) AS value FROM user_groups`;
const personGroups = `SELECT user_id AS subject, json_build_object('connectionId', groups_connection_id,
  'completeness', groups_completeness, 'asOf', ${asOf('groups_as_of')}, 'groups', groups) AS value
  FROM person WHERE groups_completeness IS NOT NULL`;
const replica = (table: string) =>
  `SELECT connection_id AS subject, settings AS value FROM ${table} WHERE settings IS NOT NULL`;
const ownConnections = `SELECT connection_id AS subject, json_build_object('revision', revision, 'state', state,
  'name', name, 'displayName', settings ->> 'displayName') AS value FROM connection`;
const gatewayCredentials = `SELECT connection_id AS subject, json_build_object('revision', revision,
  'credentials', credentials) AS value FROM connection_credentials_replica`;
const gatewayPolicies = 'SELECT policy_id AS subject, policies AS value FROM policy_replica';
const syncPolicies = `SELECT key AS subject, json_build_object('revision', revision, 'syncProfiles', sync_profiles)
  AS value FROM policy_replica`;
const ended = `SELECT user_id AS subject, true AS value FROM ended_user`;
const directoryUsers = `SELECT u.user_id AS subject, json_build_object(
    'userId', u.user_id, 'status', u.status,
    'profile', json_build_object('givenName', u.given_name, 'familyName', u.family_name, 'picture', u.picture),
    'identities', (SELECT coalesce(json_agg(json_build_object('identityId', i.identity_id, 'type', i.type,
        'value', i.value, 'verified', i.verified, 'primary', i.is_primary, 'connectionId', i.connection_id,
        'account', i.account) ORDER BY i.identity_id), '[]') FROM identity i WHERE i.user_id = u.user_id),
    'organizations', (SELECT coalesce(json_agg(m.organization_id ORDER BY m.organization_id), '[]')
      FROM membership m WHERE m.user_id = u.user_id)) AS value FROM "user" u`;

type Groups = { connectionId: string; completeness: string; asOf: string; groups: string[] | null };
const groupsOf = ({ connectionId, completeness, asOf: at, groups }: Groups) => ({
  ...{ connectionId, completeness, groups },
  asOf: new Date(at).toISOString(),
});
const userOf = (user: { organizations: string[] }) => ({ ...user, organizations: [...user.organizations].sort() });
const credentialsOf = ({ revision, credentials }: { revision: number; credentials: unknown }) => ({
  ...{ revision, credentials },
});
/** Profile-sync keeps what concerns it. */
const ofSync = ({ revision, syncProfiles }: { revision: number; syncProfiles: boolean }) => ({
  revision,
  syncProfiles,
});
type Settings = { revision: number; state: string; name: string; displayName: string };
const briefly = ({ revision, state, name, displayName }: Settings) => ({ revision, state, name, displayName });

const mapValues = <From>(map: ReadonlyMap<string, unknown>, change: (value: From) => unknown): Rows =>
  new Map([...map].map(([subject, value]) => [subject, change(value as From)]));

/** Suspended or deleted, and not let in again since. */
function endedUsers(facts: readonly Fact[]): Rows {
  const last = new Map<string, Fact>();
  for (const fact of facts) {
    if (fact.topic !== 'identity-directory.user.v1') continue;
    if (!['UserSuspended', 'UserReactivated', 'UserDeleted'].includes(fact.type)) continue;
    if (fact.sequence > (last.get(fact.key)?.sequence ?? 0)) last.set(fact.key, fact);
  }
  return new Map([...last].flatMap(([subject, { type }]) => (type === 'UserReactivated' ? [] : [[subject, true]])));
}
