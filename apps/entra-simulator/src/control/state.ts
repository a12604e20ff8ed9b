import { json, type Answer, type Exchange } from '../http/exchange.js';
import { defaultSettings, type Simulation } from '../simulation.js';
import { readJson } from './problem.js';
import { KeyRotation, SettingsChange } from './schemas.js';

/** `GET /_sim/settings`. */
export function getSettings(_: Exchange, { settings }: Simulation): Answer {
  return json(200, settings);
}

/** `PUT /_sim/settings`: changes those that are given. */
export function putSettings(exchange: Exchange, { settings }: Simulation): Answer {
  const given = Object.entries(readJson(exchange, SettingsChange)).filter(([, value]) => value !== undefined);
  return json(200, Object.assign(settings, Object.fromEntries(given)));
}

/** `GET /_sim/requests`: what the other side really sent, oldest first, secrets left out. */
export function getRequests(_: Exchange, { requests }: Simulation): Answer {
  return json(200, { items: requests.list() });
}

export function deleteRequests(_: Exchange, { requests }: Simulation): Answer {
  requests.clear();
  return { status: 204 };
}

/** `POST /_sim/keys/rotate`: from now on a key signs that nobody has seen. */
export async function rotateKeys(exchange: Exchange, { keys }: Simulation): Promise<Answer> {
  const { dropOld = false } = exchange.body ? readJson(exchange, KeyRotation) : {};
  return json(200, { kid: (await keys.rotate(dropOld)).kid });
}

/** `POST /_sim/reset`: everything as at the start, except the keys. */
export function reset(_: Exchange, simulation: Simulation): Answer {
  const { directory, start, faults, requests, pending, sessions, codes, refreshTokens, settings } = simulation;
  directory.load(start);
  faults.lift();
  requests.clear();
  const { socialPeople, socialRequests, socialCodes, socialTokens } = simulation;
  socialPeople.clear();
  [pending, sessions, codes, refreshTokens].forEach((shelf) => shelf.clear());
  [socialRequests, socialCodes, socialTokens].forEach((shelf) => shelf.clear());
  const { federated, lastAssertions, certificates } = simulation;
  federated.clear();
  lastAssertions.clear();
  certificates.reset();
  Object.assign(settings, defaultSettings);
  return { status: 204 };
}
