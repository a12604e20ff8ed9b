import type { Sql } from '@homerealm/events';

const batch = 20_000;

/**
 * Erases what an import received and drafted, in batches that each stay short.
 * @param stillOurs is asked before each batch; false ends it
 */
export async function eraseUpload(
  sql: () => Sql,
  importId: string,
  stillOurs: () => Promise<boolean> = async () => true,
): Promise<void> {
  for (const [table, size] of [
    ['import_draft', batch],
    ['import_piece', 200],
    ['import_part', batch],
  ] as const) {
    for (let erased: number = size; erased === size;) {
      if (!(await stillOurs())) return;
      const rows = await sql().query(
        `WITH gone AS (DELETE FROM "${table}" WHERE import_id = $1 AND ctid IN
          (SELECT ctid FROM "${table}" WHERE import_id = $1 LIMIT ${size}) RETURNING 1) SELECT 1 FROM gone`,
        [importId],
      );
      erased = rows.length;
    }
  }
}
