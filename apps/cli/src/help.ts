import { type AnyCommand, commonOptions, type OptionTable } from './command.js';

/** The overview: `homerealm --help`. */
export function overview(commands: readonly AnyCommand[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'Looks after the events of Homerealm.',
    '',
    'Usage: homerealm <command> [options]',
    '',
    ...commands.map(({ name, says }) => `  ${name.padEnd(width)}  ${says}`),
    '',
    '`homerealm <command> --help` tells its options.',
    '',
    'Settings come from the environment, as a service has them (EVENT_LOG, KAFKA_BROKERS, DATABASE_URL, …); without',
    'them, from the .homerealm/local.json of a local system that runs. Data goes to stdout, words to stderr.',
    'Exit codes: 0 fine, 1 failed or different, 2 lagging, 64 wrong command line, 78 wrong settings.',
  ].join('\n');
}

/** `homerealm <command> --help`. */
export function helpOf(command: AnyCommand): string {
  const options: OptionTable = { ...command.options, ...commonOptions };
  const rows = Object.entries(options).map(([name, { takes, multiple, says }]) => ({
    left: `--${name}${takes ? ` ${takes}` : ''}`,
    right: `${says}${multiple ? ' May be given several times.' : ''}`,
  }));
  const width = Math.max(...rows.map(({ left }) => left.length));
  return [
    command.says,
    '',
    `Usage: homerealm ${command.name} [options]`,
    '',
    ...rows.map(({ left, right }) => `  ${left.padEnd(width)}  ${right}`),
    ...(command.more ? ['', command.more] : []),
  ].join('\n');
}
