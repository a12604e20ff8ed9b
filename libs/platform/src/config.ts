import { z } from 'zod';

export type SettingsTable = Record<string, z.ZodType>;
export type Config<Table extends SettingsTable> = {
  /** Every setting with its schema and sentence; the settings tables of the docs come from it. */
  table: Table;
  /** Reads and checks the environment. Lists all problems together, values left out. */
  read(environment: Record<string, string | undefined>): { [Key in keyof Table]: z.output<Table[Key]> };
};
export type SettingsOf<C> = C extends Config<infer Table> ? { [Key in keyof Table]: z.output<Table[Key]> } : never;

/** A bad environment. The message names each setting and what is wrong, never a value. */
export class BadSettings extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The environment is not right:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'BadSettings';
  }
}

/** Declares the settings of a service once. An empty text counts as not given. */
export function defineConfig<Table extends SettingsTable>(table: Table): Config<Table> {
  return {
    table,
    read(environment) {
      const given = Object.fromEntries(Object.keys(table).map((key) => [key, environment[key] || undefined]));
      const result = z.object(table).safeParse(given);
      if (!result.success) throw new BadSettings(result.error.issues.map(describe));
      return result.data as { [Key in keyof Table]: z.output<Table[Key]> };
    },
  };
}

const describe = (issue: z.core.$ZodIssue): string => `${issue.path.join('.')}: ${issue.message}`;

/** `true`/`false` (or `1`/`0`) from the environment. */
export const flag = () => z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
