import type { EntityManager } from 'typeorm';

/** A domain that went to another connection, or to none, takes its proof along. */
export const stillThere = `EXISTS (SELECT 1 FROM home_realm_domain d
  WHERE d.domain = p.domain AND d.connection_id = p.connection_id)`;

/** Forgets the proofs of domains that a connection has no more: whoever adds one again proves it anew. */
export async function forgetLostProofs(manager: EntityManager, connectionId: string): Promise<void> {
  await manager.query(`DELETE FROM domain_proof p WHERE p.connection_id = $1 AND NOT ${stillThere}`, [connectionId]);
}
