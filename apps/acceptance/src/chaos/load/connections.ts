import type { Random } from '../random.js';
import type { Api } from './api.js';
import { type Driver, sleep } from './driver.js';
import { need } from './users.js';

type Connection = { connectionId: string };
export type Registration = { entraDomain: string; authority: string };
type Place = { api: Api; registry: string; driver: Driver; random: Random; registration: Registration };

/** Connections come, change and go; policies are switched to and fro. Slowly, as in life. */
export async function liveConnections(place: Place): Promise<void> {
  for (let life = 1; !place.driver.isOver(); life++) {
    await liveConnection(place, `connection-${life}`);
    await switchPolicies(place, life % 2 === 0);
    await sleep(300);
  }
}

async function liveConnection(place: Place, entity: string): Promise<void> {
  const { api, registry, driver, random } = place;
  const connectionId = await createConnection(place, entity);
  if (connectionId === undefined) return;
  const address = `${registry}/connections/${connectionId}`;
  const changes = random.between(1, 4);
  for (let change = 1; change <= changes; change++) {
    const displayName = `Change ${change}`;
    const done = await driver.wish({ kind: 'change-connection', entity, displayName }, async () => {
      need(await api.call('PATCH', address, { displayName }), 200);
      return connectionId;
    });
    if (done === undefined) return;
    await sleep(100);
  }
  if (random.next() < 0.6) {
    await driver.wish({ kind: 'delete-connection', entity }, async (triesBefore) => {
      const reply = await api.call('DELETE', address);
      if (triesBefore === 0 || reply.status !== 404) need(reply, 204);
      return connectionId;
    });
  }
}

function createConnection(place: Place, entity: string): Promise<string | undefined> {
  const { api, registry, driver, registration } = place;
  const name = `chaos-${entity}`;
  const displayName = 'New';
  const body = {
    ...{ strategy: 'entra-oauth2', name, displayName, ...registration },
    ...{ clientId: '11111111-2222-4333-8444-555555555555', clientSecret: 'chaos~secret.0123456789' },
  };
  return driver.wish({ kind: 'create-connection', entity, name, displayName }, async (triesBefore) => {
    const reply = await api.call<Connection>('POST', `${registry}/connections`, body);
    if (triesBefore === 0 || reply.status !== 409) return need(reply, 201).connectionId;
    const found = await api.call<{ items: Connection[] }>('GET', `${registry}/connections?name=${name}`);
    const [connection] = need(found, 200).items;
    if (!connection) throw new Error('taken by nobody');
    return connection.connectionId;
  });
}

async function switchPolicies({ api, registry, driver }: Place, syncProfiles: boolean): Promise<void> {
  await driver.wish({ kind: 'change-policies', entity: 'environment', syncProfiles }, async () => {
    need(await api.call('PATCH', `${registry}/policies`, { syncProfiles }), 200);
    return 'environment';
  });
}
