import { isUtf8 } from 'node:buffer';
import {
  isRowProblem,
  readLine,
  rowProblem,
  type ImportCells,
  type RowProblem,
} from '../../domain/import/import-row.js';
import { longestRow, refuseUtf16, type ReadFrom, type ReadLine } from './read-csv.js';

const newline = 0x0a;
const byteOrderMark = /^\uFEFF/;

type RawLine = { bytes: Buffer; length: number; end: number };

/**
 * Lines of a file of JSON objects, from a line's beginning on, those of each piece together. Empty lines count, and are
 * left out.
 */
export async function* readNdjson(bytes: AsyncIterable<Buffer>, from: ReadFrom): AsyncIterable<ReadLine[]> {
  let { row } = from;
  for await (const found of linesOf(bytes, from.position)) {
    const lines: ReadLine[] = [];
    for (const line of found) {
      row += 1;
      if (row === 1) refuseUtf16(line.bytes);
      if (line.length <= longestRow && line.bytes.every((byte) => byte === 0x20 || byte === 0x0d)) continue;
      const read = readOne(line);
      const at = { row, end: line.end, columns: [] };
      lines.push(isRowProblem(read) ? { ...at, problem: read } : { ...at, cells: read });
    }
    yield lines;
  }
}

function readOne({ bytes, length }: RawLine): ImportCells | RowProblem {
  if (length > longestRow) return rowProblem('import.row-too-long');
  if (!isUtf8(bytes)) return rowProblem('import.not-utf8');
  return readLine(bytes.toString('utf8').replace(byteOrderMark, ''));
}

/** Cuts at line feeds. Of a line that is too long only the beginning is held. */
async function* linesOf(bytes: AsyncIterable<Buffer>, from: number): AsyncIterable<RawLine[]> {
  let held: Buffer[] = [];
  let [length, end] = [0, from];
  const hold = (piece: Buffer) => {
    if (length <= longestRow) held.push(piece);
    length += piece.length;
    end += piece.length;
  };
  const take = (): RawLine => {
    const line = { bytes: Buffer.concat(held), length, end };
    [held, length] = [[], 0];
    return line;
  };
  for await (const piece of bytes) {
    const found: RawLine[] = [];
    let at = 0;
    for (let cut = piece.indexOf(newline); cut !== -1; cut = piece.indexOf(newline, at)) {
      hold(piece.subarray(at, cut));
      end += 1;
      found.push(take());
      at = cut + 1;
    }
    if (at < piece.length) hold(piece.subarray(at));
    yield found;
  }
  if (length > 0) yield [take()];
}
