import { parseArgs } from 'node:util';
import type { Connections } from './connections.js';
import { UsageError } from './failures.js';
import type { Output } from './output.js';

export type Option = {
  type: 'string' | 'boolean';
  /** What a text option takes, in capitals, for the help. */
  takes?: string;
  multiple?: true;
  says: string;
};
export type OptionTable = Record<string, Option>;

export type Values<Options extends OptionTable> = {
  [Name in keyof Options]: Options[Name] extends { type: 'boolean' }
    ? boolean
    : Options[Name] extends { multiple: true }
      ? string[]
      : string | undefined;
};

/** What a command works with. */
export type Context = {
  output: Output;
  connections: Connections;
  /** One JSON document (or one for each line, where a command goes on) instead of a table. */
  json: boolean;
  /** Who runs the command, unless they say otherwise. */
  user: string;
  /** Asks a person; false when there is none at the terminal. */
  confirm: (question: string) => Promise<boolean>;
  /** Aborted by Ctrl-C, SIGTERM or a reader that went away. */
  signal: AbortSignal;
};

export type Command<Options extends OptionTable = OptionTable> = {
  /** `events tail`. */
  name: string;
  says: string;
  /** What else a reader of the help should know. */
  more?: string;
  options: Options;
  run(values: Values<Options>, context: Context): Promise<number>;
};

/** A command as the parser sees it. */
export type AnyCommand = Omit<Command, 'run'> & { run(values: Parsed, context: Context): Promise<number> };

/** Declares a command once: its parsing and its help come from this. */
export const defineCommand = <const Options extends OptionTable>(command: Command<Options>): AnyCommand =>
  command as unknown as AnyCommand;

/** Options of every command. */
export const commonOptions = {
  service: {
    type: 'string',
    takes: 'NAME',
    says: 'Of a local system: whose database to use, such as auth-gateway. Also the default of --consumer.',
  },
  local: {
    type: 'string',
    takes: 'FILE',
    says: 'The local.json of a running local system. By default .homerealm/local.json, here or above.',
  },
  json: { type: 'boolean', says: 'JSON instead of a table.' },
  help: { type: 'boolean', says: 'This text.' },
} as const satisfies OptionTable;

export type Parsed = Record<string, string | boolean | string[] | undefined>;

/** @throws UsageError */
export function parseOptions(command: AnyCommand, args: readonly string[]): Parsed {
  const table: OptionTable = { ...command.options, ...commonOptions };
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { type, multiple }]) => [
      name,
      { type, ...(multiple && { multiple }), ...(name === 'help' && { short: 'h' }) },
    ]),
  );
  const values: Parsed = parse(args, options);
  const entries = Object.entries(table).map(([name, option]) => {
    const value = values[name];
    if ([value].flat().includes(''))
      throw new UsageError(`--${name} takes ${option.takes ?? 'a text'}, and got nothing.`);
    return [name, value ?? (option.type === 'boolean' ? false : option.multiple ? [] : undefined)];
  });
  return Object.fromEntries(entries) as Parsed;
}

function parse(args: readonly string[], options: NonNullable<Parameters<typeof parseArgs>[0]>['options']): Parsed {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values as Parsed;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ')[0]}.`);
  }
}

/** @throws UsageError when it is missing */
export function required(name: string, value: string | undefined): string {
  if (value === undefined) throw new UsageError(`--${name} is missing.`);
  return value;
}

/** @throws UsageError unless it is one of the words */
export function oneOf<Word extends string>(name: string, words: readonly Word[], value: string): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new UsageError(`--${name} takes ${words.join(' or ')}.`);
  return found;
}

/** @throws UsageError unless it is a whole number from 0 */
export function wholeNumber(name: string, value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw new UsageError(`--${name} takes a whole number.`);
  return Number(value);
}
