/** stdout is data, stderr is talk. */
export type Output = {
  /** A line of data. Waits while the reader is slow. */
  data(line: string): Promise<void>;
  /** A line for the person. */
  say(line: string): void;
};

type Sink = { write(text: string, done: (error?: Error | null) => void): unknown };

export function openOutput(stdout: Sink, stderr: Sink): Output {
  return {
    data: (line) => new Promise((resolve) => stdout.write(`${line}\n`, () => resolve())),
    say: (line) => void stderr.write(`${line}\n`, () => {}),
  };
}

export type Cell = string | number | bigint | Date | null | undefined;

/** Columns side by side, with a line of names above. */
export function tableOf(names: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = [[...names], ...rows.map((row) => row.map(textOf))];
  const widths = names.map((_, column) => Math.max(...texts.map((row) => (row[column] ?? '').length)));
  return texts
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function textOf(cell: Cell): string {
  if (cell === null || cell === undefined || cell === '') return '-';
  return printable(cell instanceof Date ? cell.toISOString() : String(cell));
}

/** What others wrote must not be able to steer a terminal. */
export const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, escapeCharacter);

/** JSON in one line, with 64-bit numbers as texts. */
export const jsonOf = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)).replaceAll(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    escapeCharacter,
  );

const escapeCharacter = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
