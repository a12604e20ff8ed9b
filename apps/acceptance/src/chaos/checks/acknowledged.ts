import type { Told, Wish } from '../ledger.js';
import type { Finding } from './facts.js';

/** What the owner's database says of an entity, and what its topic ever told about it. */
export type Standing = {
  id: string;
  /** null: it is not in the database. */
  row: { name: string | null; status: string } | null;
  /** How many events of each type there are about it, those that came twice counted once. */
  events: Readonly<Record<string, number>>;
};

/** What the database and topics hold: by the id that was answered, and by the unique name it was asked for with. */
export type Standings = {
  byId(id: string): Standing | undefined;
  byName(name: string): Standing[];
};

const eventTypes: Partial<Record<Wish['kind'], string>> = {
  'change-user': 'UserProfileChanged',
  'suspend-user': 'UserSuspended',
  'reactivate-user': 'UserReactivated',
  'delete-user': 'UserDeleted',
  'change-connection': 'ConnectionChanged',
  'delete-connection': 'ConnectionDeleted',
};

/**
 * The ledger against the databases: what was acknowledged stands there and was told once; what was not may be there or
 * not, and never half.
 */
export function checkAcknowledged(told: readonly Told[], standings: Standings): Finding[] {
  const lives = new Map<string, Told[]>();
  for (const one of told) {
    if (!/-(user|connection)$/.test(one.wish.kind)) continue;
    lives.set(one.wish.entity, [...(lives.get(one.wish.entity) ?? []), one]);
  }
  return [...lives].flatMap(([entity, life]) => checkLife(entity, life, standings));
}

function checkLife(entity: string, life: Told[], standings: Standings): Finding[] {
  const [birth] = life;
  if (!birth) return [];
  const { wish } = birth;
  const find = (what: string, says: string): Finding => ({ check: `acknowledged: ${what}`, about: entity, says });
  if (wish.kind !== 'create-user' && wish.kind !== 'create-connection') {
    return [find('is asked for in order', 'its first wish was not to create it')];
  }
  const name = wish.kind === 'create-user' ? wish.email : wish.name;
  const found = birth.id === undefined ? standings.byName(name) : [standings.byId(birth.id)].filter(isThere);
  if (found.length > 1) return [find('never twice', `${found.length} of it`)];
  const [standing] = found;
  if (!standing) return birth.id === undefined ? [] : [find('nothing is lost', 'nobody knows of it')];
  return [...checkRow(life, standing, find), ...checkEvents(life, standing, find)];
}

const isThere = (standing: Standing | undefined): standing is Standing => standing !== undefined;

type Find = (what: string, says: string) => Finding;

function checkRow(life: Told[], { row }: Standing, find: Find): Finding[] {
  const deletion = life.find(({ wish }) => wish.kind.startsWith('delete-'));
  if (!row) return deletion ? [] : [find('nothing is lost', 'it is gone, and nobody asked for that')];
  if (deletion?.id !== undefined) return [find('nothing is lost', 'its deletion was acknowledged, and it is there')];
  const names = possible(life.map(({ wish, id }) => ({ value: nameIn(wish), id })));
  const states = possible(life.map(({ wish, id }) => ({ value: statusIn(wish), id })));
  return [
    ...(names.includes(row.name)
      ? []
      : [find('nothing is lost', `its name is ${row.name}, not ${names.join(' or ')}`)]),
    ...(states.includes(row.status)
      ? []
      : [find('nothing is lost', `it is ${row.status}, not ${states.join(' or ')}`)]),
  ];
}

/** The last value that was acknowledged, and any that was asked for after it. */
function possible(asked: { value: string | undefined; id: string | undefined }[]): (string | null)[] {
  const given = asked.filter((one): one is { value: string; id: string | undefined } => one.value !== undefined);
  const lastKnown = given.findLastIndex(({ id }) => id !== undefined);
  return given.slice(Math.max(0, lastKnown)).map(({ value }) => value);
}

function nameIn(wish: Wish): string | undefined {
  if ('givenName' in wish) return wish.givenName;
  return 'displayName' in wish ? wish.displayName : undefined;
}

function statusIn({ kind }: Wish): string | undefined {
  if (kind === 'create-user' || kind === 'reactivate-user') return 'active';
  if (kind === 'suspend-user') return 'suspended';
  return kind === 'create-connection' ? 'draft' : undefined;
}

/** Each acknowledged change is told exactly once, each other one at most once. */
function checkEvents(life: Told[], { events }: Standing, find: Find): Finding[] {
  const least: Record<string, number> = {};
  const most: Record<string, number> = {};
  for (const { wish, id } of life) {
    for (const [type, count] of Object.entries(toldBy(wish))) {
      least[type] = (least[type] ?? 0) + (id === undefined ? 0 : count);
      most[type] = (most[type] ?? 0) + count;
    }
  }
  // It is there, so it was created, acknowledged or not: all of that was told, or it would be there by half.
  const [birth] = life;
  if (birth) Object.assign(least, toldBy(birth.wish));
  return Object.keys({ ...most, ...events }).flatMap((type) => {
    const count = events[type] ?? 0;
    const [from, to] = [least[type] ?? 0, most[type] ?? 0];
    if (count < from) return [find('what is done is told', `${count} ${type}, not ${from}`)];
    return count > to ? [find('nothing is done twice', `${count} ${type}, at most ${to} were asked for`)] : [];
  });
}

function toldBy(wish: Wish): Record<string, number> {
  if (wish.kind === 'create-user') return { UserCreated: 1, IdentityAdded: wish.identities };
  if (wish.kind === 'create-connection') return { ConnectionCreated: 1 };
  const type = eventTypes[wish.kind];
  return type === undefined ? {} : { [type]: 1 };
}
