import type { Sql } from '@homerealm/events';
import type { ImportLine } from '../../domain/import/import-row.js';
import { UnreadableFile, type Chunk, type Claim } from '../../use-cases/import/import-work.port.js';
import { readCsv } from './read-csv.js';
import { readNdjson } from './read-ndjson.js';

/** Rows of one transaction, and bytes of the file they may have. */
const mostRows = 1000;
const mostBytes = 1_048_576;

/** The rest of an import's file in chunks, read piece by piece. */
export async function* readUpload(sql: () => Sql, claim: Claim): AsyncIterable<Chunk> {
  const bytes = readPieces(sql, claim.importId, claim.position);
  const lines = claim.format === 'csv' ? readCsv(bytes, claim) : readNdjson(bytes, claim);
  let [waiting, columns, start]: [ImportLine[], Chunk['columns'], number] = [[], claim.columns, claim.position];
  try {
    for await (const found of lines)
      for (const line of found) {
        columns = line.columns;
        waiting.push(line);
        if (waiting.length < mostRows && line.end - start < mostBytes) continue;
        yield { lines: waiting, columns };
        [waiting, start] = [[], line.end];
      }
  } catch (error) {
    // The rows before the one that cannot be read are good.
    if (error instanceof UnreadableFile && waiting.length > 0) yield { lines: waiting, columns };
    throw error;
  }
  if (waiting.length > 0) yield { lines: waiting, columns };
}

type Piece = { upload: string; piece: number; length: number };

async function* readPieces(sql: () => Sql, importId: string, position: number): AsyncIterable<Buffer> {
  const pieces = await sql().query<Piece>(
    `SELECT pc.upload, pc.piece, pc.length FROM "import_part" pt
      JOIN "import_piece" pc ON pc.import_id = pt.import_id AND pc.upload = pt.upload
      WHERE pt.import_id = $1 ORDER BY pt.part, pc.piece`,
    [importId],
  );
  let end = 0;
  for (const { upload, piece, length } of pieces) {
    const begin = end;
    end += length;
    if (end <= position) continue;
    const [found] = await sql().query<{ bytes: Buffer }>(
      'SELECT bytes FROM "import_piece" WHERE import_id = $1 AND upload = $2 AND piece = $3',
      [importId, upload, piece],
    );
    if (!found) return; // erased meanwhile: the import was cancelled
    yield position > begin ? found.bytes.subarray(position - begin) : found.bytes;
  }
}
