import { faultCatalogue } from '../faults/catalogue.js';
import { json, type Answer, type Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { Problem, readJson } from './problem.js';
import { FaultChange } from './schemas.js';
import { requireTenant } from './tenants.js';

/** `GET /_sim/faults`: what there is, and what is armed. */
export function getFaults(_: Exchange, { faults }: Simulation): Answer {
  return json(200, { catalogue: faultCatalogue, armed: faults.list() });
}

/** `POST /_sim/faults`: arms one. */
export function postFault(exchange: Exchange, { faults, directory }: Simulation): Answer {
  const { tenant, times, ...fault } = readJson(exchange, FaultChange);
  const shared = tenant === 'common' || tenant === 'organizations';
  const scope = tenant === undefined || shared ? tenant : requireTenant(tenant, directory).id;
  return json(201, faults.arm({ ...fault, tenant: scope, left: times ?? null }));
}

/** `DELETE /_sim/faults` lifts all, `DELETE /_sim/faults/{id}` one. */
export function deleteFaults(exchange: Exchange, { faults }: Simulation): Answer {
  const { id } = exchange.path;
  const lifted = faults.lift(id);
  if (id !== undefined && !lifted) throw new Problem(404, 'fault.not-found', 'No fault with this id is armed.');
  return { status: 204 };
}
