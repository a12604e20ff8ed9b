import { DomainError } from '@homerealm/domain';
import { CsvError, parse } from 'csv-parse';
import {
  isRowProblem,
  readCells,
  readHeader,
  type ImportColumn,
  type ImportLine,
} from '../../domain/import/import-row.js';
import type { FileErrorCode } from '../../domain/import/import.errors.js';
import { UnreadableFile } from '../../use-cases/import/import-work.port.js';

/** A row longer than this is refused: with it, in a CSV file, a quote that is never closed. */
export const longestRow = 262_144;

/** Where reading begins: after how many bytes and rows, by which columns. */
export type ReadFrom = { position: number; row: number; columns: ImportColumn[] | null };
export type ReadLine = ImportLine & { columns: ImportColumn[] };

type Parsed = { record: string[]; end: number };

/**
 * Rows of a CSV file (RFC 4180; CRLF or LF), from a row's beginning on, those of each piece together. Empty rows count,
 * and are left out. What begins like a formula is data like any other.
 * @throws UnreadableFile
 */
export async function* readCsv(bytes: AsyncIterable<Buffer>, from: ReadFrom): AsyncIterable<ReadLine[]> {
  let { columns, row } = from;
  try {
    for await (const found of records(bytes, from)) {
      const lines: ReadLine[] = [];
      for (const { record, end } of found) {
        row += 1;
        if (columns === null) columns = readHeader(record);
        else if (record.length > 1 || record[0] !== '')
          lines.push(toLine(record, { row, end: from.position + end, columns }));
      }
      yield lines;
    }
  } catch (error) {
    throw toUnreadable(error, columns ? row + 1 : 1);
  }
  if (!columns) throw new UnreadableFile('import.no-header', 1);
}

function toLine(record: string[], at: Pick<ReadLine, 'row' | 'end' | 'columns'>): ReadLine {
  const read = readCells(at.columns, record);
  return isRowProblem(read) ? { ...at, problem: read } : { ...at, cells: read };
}

/** What the parser made of each piece; also of the one in which it stops, up to there. */
async function* records(bytes: AsyncIterable<Buffer>, { position }: ReadFrom): AsyncIterable<Parsed[]> {
  let found: Parsed[] = [];
  const parser = parse({
    bom: position === 0,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: longestRow,
    // Taken here: a stream that fails forgets the records that nobody read yet.
    on_record: (record, { bytes: end }) => {
      found.push({ record, end });
      return null;
    },
  });
  parser.on('error', () => {}); // given to the callbacks below
  const step = async function* (feed: (done: (error?: Error | null) => void) => void): AsyncIterable<Parsed[]> {
    const error = await new Promise<Error | null | undefined>((resolve) => feed(resolve));
    const taken = found;
    found = [];
    yield taken;
    if (error) throw error;
  };
  for await (const piece of position === 0 ? refuseOtherEncodings(bytes) : bytes)
    yield* step((done) => parser.write(piece, done));
  yield* step((done) => parser.end(done));
}

async function* refuseOtherEncodings(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let isFirst = true;
  for await (const piece of bytes) {
    if (isFirst) refuseUtf16(piece);
    isFirst = false;
    yield piece;
  }
}

/** UTF-16 begins with a mark of its own, or has a zero byte beside the first letter. */
export function refuseUtf16(start: Buffer): void {
  const [one, two] = start;
  const marked = (one === 0xff && two === 0xfe) || (one === 0xfe && two === 0xff);
  if (marked || one === 0 || two === 0) throw new UnreadableFile('import.not-utf8', 1);
}

const codes: Record<string, FileErrorCode> = {
  CSV_MAX_RECORD_SIZE: 'import.row-too-long',
  CSV_QUOTE_NOT_CLOSED: 'import.quote-not-closed',
};

function toUnreadable(error: unknown, row: number): unknown {
  if (error instanceof CsvError) return new UnreadableFile(codes[error.code] ?? 'import.unreadable', row);
  return error instanceof DomainError ? new UnreadableFile(error.code as FileErrorCode, row) : error;
}
