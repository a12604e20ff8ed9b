import { readFileSync } from 'node:fs';
import { freePortBase, type LocalSystem, startLocalSystem } from '@homerealm/local';
import { eventually } from '@homerealm/testing';
import pg from 'pg';
import { agentFor, Browser } from '../../client/browser.js';
import { Management } from '../../client/management.js';
import { Simulator } from '../../client/simulator.js';
import { type Broker, signInOnce } from '../sign-in-once.js';
import type { Measurement } from './finding.js';
import { percentile } from './rounds.js';

const goal = 1000;
const removals = 100;
const stays = '11111111-0000-4000-8000-00000000000a';
const goes = '11111111-0000-4000-8000-00000000000b';

/** From the end of a sign-in that no longer brings a group until the gateway's replica is without it. */
export const removal: Measurement = {
  name: 'removal',
  async run(world) {
    const { brokers } = await world.kafka();
    const environment = { ...process.env, SIGN_IN_LIMIT_PER_ADDRESS: '1000000', LOG_LEVEL: 'warn' };
    const system = await startLocalSystem({
      ...{ kafka: true, portBase: await freePortBase() },
      environment: { ...environment, KAFKA_BROKERS: brokers.join(',') },
    });
    try {
      const times = await measure(system);
      const [p50, p99] = [percentile(times, 50), percentile(times, 99)];
      return [
        {
          what: 'group removed at a sign-in until the gateway’s replica knows, p99 ms',
          ...{ value: p99.toFixed(0), goal: `≤ ${goal}`, met: p99 <= goal },
          details: `p50 ${p50.toFixed(0)}, of ${times.length}, one after the other`,
        },
      ];
    } finally {
      await system.stop();
    }
  },
};

async function measure(system: LocalSystem): Promise<number[]> {
  const ca = readFileSync(system.caFile, 'utf8');
  const simulator = new Simulator(system.urls.simulator, ca);
  const gateway = new pg.Client({ connectionString: system.postgres.gateway });
  await gateway.connect();
  const person = await prepare(system, simulator);
  const agent = agentFor(ca);
  const signIn = () => signInOnce(person.broker, new Browser(undefined, agent));
  const has = async () => {
    const sql = 'SELECT 1 FROM user_groups WHERE groups::text LIKE $1';
    return (await gateway.query({ name: 'has', text: sql, values: [`%${goes}%`] })).rows.length > 0;
  };
  const times: number[] = [];
  for (let round = 0; round < removals; round++) {
    await person.isIn([stays, goes]);
    await signIn();
    await eventually(has, { every: 5, says: 'a replica with the group' });
    await person.isIn([stays]);
    await signIn();
    const signedIn = performance.now();
    await eventually(async () => !(await has()), { every: 5, says: 'a replica without the group' });
    times.push(performance.now() - signedIn);
  }
  await Promise.all([agent.close(), simulator.close(), gateway.end()]);
  return times;
}

/** A person of our own at a demo company, who signs in without being asked. */
async function prepare(system: LocalSystem, simulator: Simulator) {
  await simulator.ask('PUT', 'settings', { autoSignIn: true });
  const account = system.accounts.find(({ groupCount }) => groupCount > 0 && groupCount < 200);
  const domain = account?.email.split('@')[1] ?? '';
  const { items } = await new Management(system.issuer, system.admin).ask<{
    items: { connectionId: string; tenantId: string; homeRealmDomains: string[] }[];
  }>('GET', `${system.urls.registry}/connections`);
  const connection = items.find(({ homeRealmDomains }) => homeRealmDomains.includes(domain));
  if (!account || !connection) throw new Error('no demo account with a connection');
  const userPrincipalName = `leaver@${domain}`;
  const person = { userPrincipalName, displayName: 'Lea Ver', mail: userPrincipalName, tenant: connection.tenantId };
  const { oid } = await simulator.ask<{ oid: string }>('POST', 'users', person);
  const broker: Broker = {
    authorize: `${system.issuer}/oauth2/auth`,
    token: `${system.issuer}/oauth2/token`,
    ...system.demoApplication,
    params: { connection_id: connection.connectionId, login_hint: userPrincipalName },
  };
  return { broker, isIn: (groups: string[]) => simulator.ask('PUT', `users/${oid}/groups`, { groups }) };
}
