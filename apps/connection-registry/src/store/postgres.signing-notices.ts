import { ConnectionId } from '@homerealm/domain';
import { Database, Outbox } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { type EndingCertificate, SigningNotices } from '../use-cases/federation/signing-notices.port.js';
import { holdConnection, tellOf } from './tell-of.js';

/** Every certificate of every provider. */
const certificates = `
  connection c CROSS JOIN LATERAL jsonb_array_elements(c.settings->'provider'->'certificates') AS p (certificate)`;

/** Certificates whose last step, the end itself, was told are left out: nothing more will be told of them. */
const endingSql = `
  SELECT c.connection_id, p.certificate->>'thumbprintSha256' AS thumbprint,
         (p.certificate->>'notAfter')::timestamptz AS expires_at,
         ARRAY(SELECT n.days_left FROM signing_notice n
                WHERE n.connection_id = c.connection_id AND n.thumbprint = p.certificate->>'thumbprintSha256') AS told
    FROM ${certificates}
   WHERE c.strategy IN ('entra-wsfed', 'entra-saml') AND (p.certificate->>'notAfter')::timestamptz <= $1
     AND NOT EXISTS (SELECT 1 FROM signing_notice n
                      WHERE n.connection_id = c.connection_id AND n.thumbprint = p.certificate->>'thumbprintSha256'
                        AND n.days_left = 0)
   ORDER BY 3, 1, 2`;

/** Only of a certificate that may still sign. */
const noticeSql = `
  INSERT INTO signing_notice (connection_id, thumbprint, days_left, told_at)
  SELECT c.connection_id, $2, $3, $4 FROM ${certificates}
   WHERE c.connection_id = $1 AND p.certificate->>'thumbprintSha256' = $2
   LIMIT 1
  ON CONFLICT (connection_id, thumbprint, days_left) DO NOTHING
  RETURNING connection_id`;

type EndingRow = { connection_id: string; thumbprint: string; expires_at: Date; told: number[] };

@Injectable()
export class PostgresSigningNotices extends SigningNotices {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  async ending(before: Date): Promise<EndingCertificate[]> {
    const rows = (await this.database.manager.query(endingSql, [before])) as EndingRow[];
    return rows.map(({ connection_id, thumbprint, expires_at, told }) => ({
      connectionId: ConnectionId.parse(connection_id),
      ...{ thumbprintSha256: thumbprint, expiresAt: expires_at, told },
    }));
  }

  tell({ connectionId, thumbprintSha256, expiresAt }: EndingCertificate, daysLeft: number, now: Date) {
    return this.database.transaction(async (manager) => {
      const about = await holdConnection(manager, connectionId);
      if (about === undefined) return false;
      const values = [connectionId, thumbprintSha256, daysLeft, now];
      const told = (await manager.query(noticeSql, values)) as unknown[];
      if (told.length === 0) return false;
      const data = { ...about, thumbprintSha256, expiresAt: expiresAt.toISOString(), daysLeft };
      await tellOf(this.outbox, { type: 'SigningCertificateExpiring', data });
      return true;
    });
  }
}
