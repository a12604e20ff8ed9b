import { randomUUID } from 'node:crypto';
import type { Endpoint, Exchange } from '../http/exchange.js';

/** A fault that waits for its moment. Every part of the scope that is set must fit the request. */
export type Armed = {
  id: string;
  name: string;
  tenant?: string | undefined;
  clientId?: string | undefined;
  endpoint?: Endpoint | undefined;
  /** How often it still happens; null is until it is lifted. */
  left: number | null;
  /** How often it has happened. */
  hits: number;
  retryAfterSeconds?: number | undefined;
};

export class Faults {
  private armed: Armed[] = [];

  arm(fault: Omit<Armed, 'id' | 'hits'>): Armed {
    const armed = { ...fault, id: randomUUID(), hits: 0 };
    this.armed.push(armed);
    return armed;
  }

  list(): readonly Armed[] {
    return this.armed;
  }

  /** @returns whether there was such a fault; without an id all are lifted */
  lift(id?: string): boolean {
    const before = this.armed.length;
    this.armed = id === undefined ? [] : this.armed.filter((fault) => fault.id !== id);
    return this.armed.length < before;
  }

  /** The fault of this name that is meant for this request, counted as happened. */
  take(name: string, exchange: Exchange): Armed | undefined {
    const found = this.armed.find((fault) => fault.name === name && fault.left !== 0 && fits(fault, exchange));
    if (!found) return undefined;
    found.hits += 1;
    if (found.left !== null) found.left -= 1;
    exchange.faults.push(name);
    return found;
  }
}

function fits({ tenant, clientId, endpoint }: Armed, exchange: Exchange): boolean {
  return (
    (tenant === undefined || tenant === exchange.tenantId || tenant === exchange.tenantSegment) &&
    (clientId === undefined || clientId === exchange.clientId) &&
    (endpoint === undefined || endpoint === exchange.endpoint)
  );
}
