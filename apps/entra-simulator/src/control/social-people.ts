import { randomInt } from 'node:crypto';
import { json, type Answer, type Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import type { AddedPerson } from '../social/model.js';
import { Problem, readJson } from './problem.js';
import { SocialPersonAddition } from './schemas.js';

/** `POST /_sim/social-people`: somebody gets an account at a social provider. */
export function postSocialPerson(exchange: Exchange, { socialPeople }: Simulation): Answer {
  const { provider, givenName, familyName, email, emailVerified } = readJson(exchange, SocialPersonAddition);
  const person: AddedPerson = {
    // Never one of before, not even of another run: whoever relies on this provider knows people by it.
    ...{ id: randomInt(1e9, 2 ** 47), provider, name: `${givenName} ${familyName}`, givenName, familyName },
    ...(email !== undefined && { email, emailVerified: emailVerified ?? false }),
    note: 'added by the control API',
  };
  socialPeople.set(person.id, person);
  return json(201, person);
}

/** `DELETE /_sim/social-people/{person}`: those of the seed stay. */
export function deleteSocialPerson({ path }: Exchange, { socialPeople }: Simulation): Answer {
  if (!socialPeople.delete(Number(path.person))) {
    throw new Problem(404, 'person.not-found', 'Nobody was added with this id.');
  }
  return { status: 204 };
}
