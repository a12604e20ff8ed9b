import fc from 'fast-check';
import type { ImportLine } from '../../domain/import/import-row.js';
import { readCsv, type ReadFrom, type ReadLine } from './read-csv.js';
import { readNdjson } from './read-ndjson.js';
import { inPieces } from './in-pieces.js';

const start: ReadFrom = { position: 0, row: 0, columns: null };

async function* pieces(file: Buffer, size: number): AsyncIterable<Buffer> {
  for (let at = 0; at < file.length; at += size) yield file.subarray(at, at + size);
}

async function read(reader: typeof readCsv, file: Buffer, size: number, from = start): Promise<ReadLine[]> {
  const lines: ReadLine[] = [];
  for await (const some of reader(pieces(file.subarray(from.position), size), from)) lines.push(...some);
  return lines;
}

const cellsOf = (lines: ImportLine[]) => lines.map(({ cells }) => cells);
/** The replacement character says that bytes were no text: a row with one is told so, and has no cells. */
const isText = (text: string) => !text.includes('\uFFFD');
const cell = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }).filter(isText),
  fc.constantFrom('"', '""', ',', '\n', '\r\n', ' ', '=1+1', 'ä', '🙂'),
);
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

describe('reading a CSV file', () => {
  it('gives every cell as it was, however the file is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        async (rows, size, newline, mark) => {
          const all = ['given_name,family_name', ...rows.map((row) => row.map(quoted).join(','))];
          const file = Buffer.from((mark ? '\uFEFF' : '') + all.join(newline));
          const wanted = rows.map(([given_name, family_name]) => ({
            ...(given_name !== '' && { given_name }),
            ...(family_name !== '' && { family_name }),
          }));
          expect(cellsOf(await read(readCsv, file, size))).toEqual(wanted);
        },
      ),
    );
  });

  it('goes on after any row as if it had not stopped', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        async (rows, size, stop) => {
          const all = ['\uFEFFgiven_name,family_name', ...rows.map((row) => row.map(quoted).join(',')), ''];
          const file = Buffer.from(all.join('\r\n'));
          const whole = await read(readCsv, file, size);
          const last = whole[stop % whole.length];
          if (!last) return;
          const rest = await read(readCsv, file, size, { position: last.end, row: last.row, columns: last.columns });
          expect(rest).toEqual(whole.slice(whole.indexOf(last) + 1));
        },
      ),
    );
  });

  it('numbers rows as a spreadsheet does, empty ones too', async () => {
    const lines = await read(readCsv, Buffer.from('email\n\na@x.example\n\n\nb@x.example'), 5);
    expect(lines.map(({ row }) => row)).toEqual([3, 6]);
  });

  it('refuses what Latin-1 wrote, row by row', async () => {
    const lines = await read(readCsv, Buffer.from('given_name\nM\xfcller\nAda\n', 'latin1'), 100);
    expect(lines).toMatchObject([{ problem: { code: 'import.not-utf8', field: 'given_name' } }, { cells: {} }]);
  });

  it('gives the rows before the one where it has to stop', async () => {
    const lines: ImportLine[] = [];
    const file = Buffer.from('email\na@x.example\nb@x.example\n"c@x.example\n');
    const reading = (async () => {
      for await (const some of readCsv(pieces(file, 1000), start)) lines.push(...some);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'import.quote-not-closed', row: 4 });
    expect(lines).toHaveLength(2);
  });
});

describe('reading NDJSON', () => {
  it('gives every line, however the file is cut, and goes on after any', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(cell, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(),
        async (names, size, stop) => {
          const file = Buffer.from(names.map((name) => JSON.stringify({ given_name: name })).join('\n'));
          const whole = await read(readNdjson, file, size);
          expect(cellsOf(whole)).toEqual(names.map((name) => (name === '' ? {} : { given_name: name })));
          const last = whole[stop % whole.length];
          if (!last) return;
          const rest = await read(readNdjson, file, size, { position: last.end, row: last.row, columns: [] });
          expect(rest).toEqual(whole.slice(whole.indexOf(last) + 1));
        },
      ),
    );
  });

  it('leaves out a line that is too long, and one that is not UTF-8, and takes the next', async () => {
    const long = `{"given_name":"${'a'.repeat(300_000)}"}`;
    const file = Buffer.concat([
      Buffer.from(`${long}\n{"given_name":"`),
      Buffer.from([0xfc]),
      Buffer.from('"}\r\n \n{"given_name":"Ada"}'),
    ]);
    expect(await read(readNdjson, file, 1000)).toMatchObject([
      { row: 1, problem: { code: 'import.row-too-long' } },
      { row: 2, problem: { code: 'import.not-utf8' } },
      { row: 4, cells: { given_name: 'Ada' } },
    ]);
  });
});

describe('an upload in pieces', () => {
  it('holds the same bytes, in pieces of one size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 30 })),
        fc.integer({ min: 1, max: 20 }),
        async (chunks, size) => {
          const found: Buffer[] = [];
          for await (const piece of inPieces(
            (async function* () {
              yield* chunks;
            })(),
            size,
          ))
            found.push(piece);
          expect(Buffer.concat(found)).toEqual(Buffer.concat(chunks));
          expect(found.slice(0, -1).every(({ length }) => length === size)).toBe(true);
        },
      ),
    );
  });
});
