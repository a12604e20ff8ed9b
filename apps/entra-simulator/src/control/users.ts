import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Directory } from '../directory/directory.js';
import type { User } from '../directory/model.js';
import { json, type Answer, type Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { Problem, readJson, refuseField } from './problem.js';
import { GroupsChange, UserChange } from './schemas.js';
import { requireTenant } from './tenants.js';

type Change = z.infer<typeof UserChange>;
type GroupList = NonNullable<Change['groups']>;

/** `POST /_sim/users`: creates a person, or changes the fields that are given; null takes a value away. */
export function postUser(exchange: Exchange, { directory }: Simulation): Answer {
  return json(200, putUser(readJson(exchange, UserChange), directory));
}

/** `DELETE /_sim/users/{oid}`. */
export function deleteUser(exchange: Exchange, { directory }: Simulation): Answer {
  directory.removeUser(requireUser(exchange, directory).oid);
  return { status: 204 };
}

/** `PUT /_sim/users/{oid}/groups`: exactly these groups from now on. */
export function putGroups(exchange: Exchange, { directory }: Simulation): Answer {
  const user = requireUser(exchange, directory);
  const { groups, count } = readJson(exchange, GroupsChange);
  user.groups = groups ? keepGroups(groups, user.tenantId, directory) : makeUp(count ?? 0, user.tenantId, directory);
  return json(200, { oid: user.oid, groups: user.groups });
}

export function putUser(change: Change, directory: Directory): User {
  const before = change.oid ? directory.findUser(change.oid) : undefined;
  const { tenant, groups, ...fields } = change;
  const user = before ?? newUser(change, directory);
  if (tenant !== undefined && requireTenant(tenant, directory).id !== user.tenantId) {
    refuseField('tenant', 'A user cannot move to another tenant.');
  }
  refuseTakenName(fields.userPrincipalName, user, directory);
  const given = Object.entries(fields).filter(([name, value]) => name !== 'oid' && value !== undefined);
  Object.assign(user, Object.fromEntries(given.map(([name, value]) => [name, value ?? undefined])));
  if (groups) user.groups = keepGroups(groups, user.tenantId, directory);
  directory.putUser(user);
  return user;
}

function newUser({ oid = randomUUID(), tenant, userPrincipalName }: Change, directory: Directory): User {
  if (!tenant) return refuseField('tenant', 'A new user needs a tenant.');
  if (!userPrincipalName) return refuseField('userPrincipalName', 'A new user needs a userPrincipalName.');
  return {
    oid,
    tenantId: requireTenant(tenant, directory).id,
    userPrincipalName,
    displayName: userPrincipalName,
    password: 'Simulator-demo-1',
    otherMails: [],
    enabled: true,
    guest: false,
    groups: [],
  };
}

function refuseTakenName(name: string | undefined, user: User, directory: Directory): void {
  const taken = directory
    .listUsers()
    .some((other) => other.oid !== user.oid && other.userPrincipalName.toLowerCase() === name?.toLowerCase());
  if (taken) refuseField('userPrincipalName', `“${name}” is taken.`);
}

function keepGroups(groups: GroupList, tenantId: string, directory: Directory): string[] {
  const list = groups.map((group) => (typeof group === 'string' ? { id: group } : group));
  const parents = list.flatMap((group) => ('memberOf' in group ? (group.memberOf ?? []) : []));
  for (const { id, ...given } of [...parents.map((id) => ({ id })), ...list]) {
    const known = directory.findGroup(id) ?? { displayName: `Group ${id.slice(-4)}`, securityEnabled: true };
    directory.putGroup({ ...known, ...withoutUndefined(given), id, tenantId });
  }
  return [...new Set(list.map(({ id }) => id))];
}

/** Groups that are the same ones each time: more of them later contain the fewer of before. */
function makeUp(count: number, tenantId: string, directory: Directory): string[] {
  const groups = Array.from({ length: count }, (_, index) => ({
    id: `${tenantId.slice(0, 8)}-00aa-4000-8000-${(index + 1).toString(16).padStart(12, '0')}`,
    displayName: `Made-up group ${index + 1}`,
  }));
  return keepGroups(groups, tenantId, directory);
}

function requireUser(exchange: Exchange, directory: Directory): User {
  const user = directory.findUser(exchange.path.oid ?? '');
  if (!user) throw new Problem(404, 'user.not-found', 'There is no user with this object id.');
  return user;
}

function withoutUndefined<T extends object>(given: T): Partial<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<T>;
}
