import { readFileSync } from 'node:fs';
import type { Simulator } from '../../client/simulator.js';
import type { Ledger } from '../ledger.js';
import { seeded } from '../random.js';
import { countBacklog } from '../rig/collect.js';
import type { Rig } from '../rig/rig.js';
import { Api } from './api.js';
import { liveConnections } from './connections.js';
import { makeDriver } from './driver.js';
import { hire, impatientAgent, livePeople } from './people.js';
import { liveUsers } from './users.js';

type Start = { rig: Rig; ledger: Ledger; simulator: Simulator; seed: number; form: 'short' | 'long' };

export type Load = {
  /** Answers that cannot be. */
  surprises: string[];
  /** Lets everybody finish what is begun. */
  finish(): Promise<void>;
};

/** How many do things at a time, and how many people there are to sign in. */
const sizes = {
  short: { users: 3, signIns: 2, people: 20 },
  long: { users: 8, signIns: 2, people: 100 },
};
const domain = 'fabrikam.example';
const finishWithin = 60_000;
/** Events that may wait for the consumer outside. */
const mostBacklog = 3000;

/** Everybody begins: users, people who sign in, connections and policies. */
export async function startLoad({ rig, ledger, simulator, seed, form }: Start): Promise<Load> {
  const { system } = rig;
  const size = sizes[form];
  const surprises: string[] = [];
  const givesUp = new AbortController();
  let isOver = false;
  let backlog = 0;
  const looking = setInterval(() => {
    // While Postgres is down nobody knows; the next look will tell.
    void countBacklog(rig).then(
      (count) => (backlog = count),
      () => {},
    );
  }, 1000);
  const driver = makeDriver({
    ...{ ledger, givesUp: givesUp.signal },
    isOver: () => isOver,
    isTooMuch: () => backlog > mostBacklog,
    surprise: (says) => surprises.push(says),
  });
  await simulator.ask('PUT', 'settings', { autoSignIn: true });
  const people = await hire(simulator, domain, size.people);
  const api = new Api(system.issuer, system.admin);
  const agent = impatientAgent(readFileSync(system.caFile, 'utf8'));
  const registration = await registrationOf(api, system.urls.registry);
  const broker = {
    authorize: `${system.issuer}/oauth2/auth`,
    token: `${system.issuer}/oauth2/token`,
    ...system.demoApplication,
  };
  const share = (index: number) => people.filter((_, number) => number % size.signIns === index);
  const actors = [
    ...Array.from({ length: size.users }, (_, index) =>
      liveUsers({
        ...{ api, driver, directory: system.urls.directory, name: `user-${seed}-${index + 1}` },
        random: seeded(seed + 100 + index),
      }),
    ),
    ...Array.from({ length: size.signIns }, (_, index) =>
      livePeople({ simulator, broker, driver, random: seeded(seed + 200 + index), agent, people: share(index) }),
    ),
    liveConnections({ api, registry: system.urls.registry, driver, random: seeded(seed + 300), registration }),
  ];
  const all = Promise.allSettled(actors);
  return {
    surprises,
    finish: async () => {
      isOver = true;
      const timer = setTimeout(() => givesUp.abort(), finishWithin);
      for (const outcome of await all) if (outcome.status === 'rejected') surprises.push(String(outcome.reason));
      clearTimeout(timer);
      clearInterval(looking);
      await Promise.all([api.close(), agent.destroy()]);
    },
  };
}

type Known = { items: { entraDomain: string; authority: string; homeRealmDomains: string[] }[] };

async function registrationOf(api: Api, registry: string) {
  const { body } = await api.call<Known>('GET', `${registry}/connections`);
  const known = body.items.find(({ homeRealmDomains }) => homeRealmDomains.includes(domain));
  if (!known) throw new Error(`there is no connection for ${domain}`);
  return { entraDomain: known.entraDomain, authority: known.authority };
}
