import { ConnectionId, CredentialId } from '@homerealm/domain';
import { Database, Outbox } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { type EndingCredential, Notices } from '../use-cases/upkeep/notices.port.js';
import { holdConnection, tellOf } from './tell-of.js';

/** Credentials whose last step, the end itself, was told are left out: nothing more will be told of them. */
const endingSql = `
  SELECT c.credential_id, c.connection_id, c.kind, c.expires_at,
         array_remove(array_agg(n.days_left), NULL) AS told
    FROM credential c
    LEFT JOIN credential_notice n ON n.credential_id = c.credential_id AND n.expires_at = c.expires_at
   WHERE c.expires_at <= $1
   GROUP BY c.credential_id
  HAVING count(*) FILTER (WHERE n.days_left = 0) = 0
   ORDER BY c.expires_at, c.credential_id`;

/** Only of a credential that is still there and still has this end. */
const noticeSql = `
  INSERT INTO credential_notice (credential_id, expires_at, days_left, connection_id, told_at)
  SELECT credential_id, expires_at, $3, connection_id, $4 FROM credential
   WHERE credential_id = $1 AND expires_at = $2
  ON CONFLICT (credential_id, expires_at, days_left) DO NOTHING
  RETURNING credential_id`;

type EndingRow = {
  credential_id: string;
  connection_id: string;
  kind: EndingCredential['kind'];
  expires_at: Date;
  told: number[];
};

@Injectable()
export class PostgresNotices extends Notices {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  async ending(before: Date): Promise<EndingCredential[]> {
    const rows = (await this.database.manager.query(endingSql, [before])) as EndingRow[];
    return rows.map(({ credential_id, connection_id, kind, expires_at, told }) => ({
      connectionId: ConnectionId.parse(connection_id),
      credentialId: CredentialId.parse(credential_id),
      ...{ kind, expiresAt: expires_at, told },
    }));
  }

  tell({ connectionId, credentialId, kind, expiresAt }: EndingCredential, daysLeft: number, now: Date) {
    return this.database.transaction(async (manager) => {
      const about = await holdConnection(manager, connectionId);
      if (about === undefined) return false;
      const told = (await manager.query(noticeSql, [credentialId, expiresAt, daysLeft, now])) as unknown[];
      if (told.length === 0) return false;
      const data = { ...about, credentialId, kind, expiresAt: expiresAt.toISOString(), daysLeft };
      await tellOf(this.outbox, { type: 'CredentialExpiring', data });
      return true;
    });
  }
}
