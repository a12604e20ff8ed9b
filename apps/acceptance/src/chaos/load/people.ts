import { Agent } from 'undici';
import { type Broker, signInOnce } from '../../bench/sign-in-once.js';
import { Browser } from '../../client/browser.js';
import type { Simulator } from '../../client/simulator.js';
import type { Random } from '../random.js';
import { patience, TryAgainError } from './api.js';
import { type Driver, sleep } from './driver.js';

export type Person = { entity: string; oid: string; email: string };

type Place = {
  simulator: Simulator;
  broker: Omit<Broker, 'params'>;
  driver: Driver;
  random: Random;
  agent: Agent;
  people: Person[];
};

const guid = (kind: number, number: number) =>
  `cafe0000-${kind.toString(16).padStart(4, '0')}-4000-8000-${number.toString(16).padStart(12, '0')}`;
const groups = Array.from({ length: 12 }, (_, index) => guid(2, index + 1));

/** Connections to services that may stand still. */
export const impatientAgent = (ca: string): Agent =>
  new Agent({ connect: { ca, timeout: 3000 }, connections: 32, headersTimeout: patience, bodyTimeout: patience });

export async function hire(simulator: Simulator, domain: string, count: number): Promise<Person[]> {
  const people: Person[] = [];
  for (let number = 1; number <= count; number++) {
    const [oid, email] = [guid(1, number), `chaos-${number}@${domain}`];
    const name = { givenName: 'Chaos', surname: `Number ${number}`, displayName: `Chaos ${number}` };
    await simulator.ask('POST', 'users', { oid, tenant: domain, userPrincipalName: email, mail: email, ...name });
    people.push({ entity: email, oid, email });
  }
  return people;
}

/** One after another, each of these people moves to other groups and signs in. */
export async function livePeople(place: Place): Promise<void> {
  for (let turn = 0; !place.driver.isOver(); turn++) {
    await place.driver.ease();
    const person = place.people[turn % place.people.length];
    if (person) await signInWithOtherGroups(place, person);
  }
}

async function signInWithOtherGroups(place: Place, { entity, oid, email }: Person): Promise<void> {
  const { simulator, broker, driver, random, agent } = place;
  const chosen = random.shuffle(groups).slice(0, random.between(0, 6));
  await simulator.ask('PUT', `users/${oid}/groups`, { groups: chosen });
  await driver.wish({ kind: 'sign-in', entity, groups: chosen }, async () => {
    try {
      const browser = new Browser(undefined, agent);
      const { idToken } = await signInOnce({ ...broker, params: { login_hint: email } }, browser);
      return subjectOf(idToken);
    } catch (error) {
      // A sign-in that is begun anew is another one; what became of the first does not matter to it.
      throw new TryAgainError('sign-in', { cause: error });
    }
  });
  await sleep(random.between(0, 50));
}

function subjectOf(idToken: string): string {
  const claims = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()) as { sub: string };
  return claims.sub;
}
