import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Directory } from '../directory/directory.js';
import type { Tenant } from '../directory/model.js';
import { json, type Answer, type Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { readJson, refuseField } from './problem.js';
import { TenantChange } from './schemas.js';

/** `POST /_sim/tenants`: creates or changes a company. */
export function postTenant(exchange: Exchange, { directory }: Simulation): Answer {
  return json(200, putTenant(readJson(exchange, TenantChange), directory));
}

export function putTenant(
  { id = randomUUID(), displayName, domains }: z.infer<typeof TenantChange>,
  directory: Directory,
): Tenant {
  domains.forEach((domain, index) => {
    const owner = directory.findTenant(domain);
    if (owner && owner.id !== id)
      refuseField(`domains.${index}`, `“${domain}” belongs to ${owner.displayName} already.`);
  });
  const tenant = { id, displayName, domains };
  directory.putTenant(tenant);
  return tenant;
}

/** @throws Problem 400 when there is no such tenant */
export function requireTenant(name: string, directory: Directory): Tenant {
  return directory.findTenant(name) ?? refuseField('tenant', `There is no tenant “${name}”.`);
}
