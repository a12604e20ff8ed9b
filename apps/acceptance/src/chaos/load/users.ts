import type { Random } from '../random.js';
import type { Api, Reply } from './api.js';
import type { Driver } from './driver.js';

type User = { userId: string };
type Place = { api: Api; directory: string; driver: Driver; random: Random; name: string };

/** Users live and die, one after another: created, changed, suspended and let in again, often deleted. */
export async function liveUsers(place: Place): Promise<void> {
  for (let life = 1; !place.driver.isOver(); life++) {
    await place.driver.ease();
    await liveUser(place, `${place.name}-${life}`);
  }
}

async function liveUser(place: Place, entity: string): Promise<void> {
  const { api, directory, driver, random } = place;
  const userId = await createUser(place, entity);
  if (userId === undefined) return;
  const address = `${directory}/users/${userId}`;
  const changes = random.between(1, 3);
  for (let change = 1; change <= changes; change++) {
    const givenName = `Change ${change}`;
    const done = await driver.wish({ kind: 'change-user', entity, givenName }, async () => {
      need(await api.call('PATCH', address, { profile: { givenName } }), 200);
      return userId;
    });
    if (done === undefined) return;
  }
  if (random.next() < 0.5) {
    for (const verb of ['suspend', 'reactivate'] as const) {
      const done = await driver.wish({ kind: `${verb}-user`, entity }, async () => {
        need(await api.call('POST', `${address}/${verb}`), 200);
        return userId;
      });
      if (done === undefined) return;
    }
  }
  if (random.next() < 0.6) {
    await driver.wish({ kind: 'delete-user', entity }, async (triesBefore) => {
      const reply = await api.call('DELETE', address);
      // An earlier try may have done it without our hearing of it.
      if (triesBefore === 0 || reply.status !== 404) need(reply, 204);
      return userId;
    });
  }
}

function createUser({ api, directory, driver, random }: Place, entity: string): Promise<string | undefined> {
  const identities = random.between(3, 10);
  const email = `${entity}@load.example`;
  const others = Array.from({ length: identities - 1 }, (_, index) => ({
    ...{ type: 'email', email: `${entity}.${index + 1}@load.example` },
  }));
  const body = {
    profile: { givenName: 'New', familyName: 'Load' },
    identities: [{ type: 'email', email, verified: true }, ...others],
  };
  const wish = { kind: 'create-user', entity, email, identities, givenName: 'New' } as const;
  return driver.wish(wish, async (triesBefore) => {
    const reply = await api.call<User>('POST', `${directory}/users`, body);
    if (triesBefore === 0 || reply.status !== 409) return need(reply, 201).userId;
    // The address is taken, by an earlier try of ours.
    const found = await api.call<{ items: User[] }>('GET', `${directory}/users?email=${encodeURIComponent(email)}`);
    const [user] = need(found, 200).items;
    if (!user) throw new Error('taken by nobody');
    return user.userId;
  });
}

export function need<Body>({ status, body }: Reply<Body>, wanted: number): Body {
  if (status !== wanted) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}
