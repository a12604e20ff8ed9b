import { ConnectionId } from '@homerealm/domain';
import { Database, Outbox } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { nextTurn } from '../domain/daily-turn.js';
import { type DnsAnswer, type DomainProof, judgeProof, toldOfProof } from '../domain/domain-proof.js';
import { DomainProofs, type OwnedProof } from '../use-cases/domains/domain-proofs.port.js';
import { stillThere } from './forget-lost-proofs.js';
import { holdConnection, tellOf } from './tell-of.js';
import { DomainProofEntity } from './upkeep.entities.js';

const takeSql = `
  WITH next AS (
    SELECT p.connection_id, p.domain FROM domain_proof p
     WHERE p.due_at <= $1 AND ${stillThere}
     ORDER BY p.due_at, p.connection_id, p.domain LIMIT 1
       FOR UPDATE OF p SKIP LOCKED
  ), taken AS (
    UPDATE domain_proof p SET due_at = $2 FROM next
     WHERE p.connection_id = next.connection_id AND p.domain = next.domain
    RETURNING p.connection_id, p.domain
  )
  SELECT connection_id, domain FROM taken`;

@Injectable()
export class PostgresDomainProofs extends DomainProofs {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  async of(connectionId: ConnectionId): Promise<DomainProof[]> {
    return (await proofsOf(this.database.manager, 'p.connection_id = :connectionId', { connectionId })).map(toProof);
  }

  async start(connectionId: ConnectionId, proof: DomainProof): Promise<DomainProof> {
    return this.database.transaction(async (manager) => {
      const dueAt = nextTurn(proof.domain, proof.requestedAt);
      const insert = manager.createQueryBuilder().insert().into(DomainProofEntity);
      await insert
        .values({ ...proof, connectionId, dueAt })
        .orIgnore()
        .execute();
      return toProof(await manager.findOneByOrFail(DomainProofEntity, { connectionId, domain: proof.domain }));
    });
  }

  judge(connectionId: ConnectionId, looked: { domain: string; token: string }, answer: DnsAnswer, now: Date) {
    return this.database.transaction(async (manager) => {
      const about = await holdConnection(manager, connectionId);
      const { domain, token } = looked;
      const where = 'p.connection_id = :connectionId AND p.domain = :domain AND p.token = :token';
      const [row] = await proofsOf(manager, where, { connectionId, domain, token });
      if (about === undefined || row === undefined) return undefined;
      const before = toProof(row);
      const after = judgeProof(before, answer, now);
      await manager.update(DomainProofEntity, { connectionId, domain }, after);
      const verified = toldOfProof(before.state, after.state);
      const data = { ...about, domain, verified: verified === true };
      if (verified !== undefined) await tellOf(this.outbox, { type: 'DomainVerified', data });
      return after;
    });
  }

  async take(now: Date, again: Date): Promise<OwnedProof | undefined> {
    const { manager } = this.database;
    const [taken] = (await manager.query(takeSql, [now, again])) as { connection_id: string; domain: string }[];
    if (taken === undefined) return undefined;
    const { connection_id: connectionId, domain } = taken;
    const row = await manager.findOneBy(DomainProofEntity, { connectionId, domain });
    return row ? { connectionId: ConnectionId.parse(connectionId), proof: toProof(row) } : undefined;
  }
}

const proofsOf = (manager: EntityManager, where: string, values: object): Promise<DomainProofEntity[]> =>
  manager.createQueryBuilder(DomainProofEntity, 'p').where(where, values).andWhere(stillThere).getMany();

const toProof = (row: DomainProofEntity): DomainProof => ({
  domain: row.domain,
  token: row.token,
  state: row.state,
  problem: row.problem,
  requestedAt: row.requestedAt,
  checkedAt: row.checkedAt,
  verifiedAt: row.verifiedAt,
});
