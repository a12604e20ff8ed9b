export type BenchOptions = {
  /** Interleaved rounds; the first one before them warms up and does not count. */
  rounds: number;
  /** Events, or commands, of one turn. */
  count: number;
  /** Which measurement alone; undefined for all. */
  only: string | undefined;
};

/** Reads `--rounds N --count N --only name`. */
export function readOptions(args: readonly string[]): BenchOptions {
  const after = (flag: string) => (args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined);
  const number = (flag: string, byDefault: number) => {
    const value = Number(after(flag) ?? byDefault);
    if (!Number.isInteger(value) || value < 1) throw new Error(`${flag} needs a whole number above 0`);
    return value;
  };
  return { rounds: number('--rounds', 5), count: number('--count', 2000), only: after('--only') };
}
