import { type AnyCommand, type Context, type Parsed, parseOptions } from './command.js';
import { commands } from './commands/index.js';
import { Connections } from './connections.js';
import { exitCodes, explain, UsageError } from './failures.js';
import { helpOf, overview } from './help.js';
import { type ServiceName, serviceNames } from './local-system.js';
import type { Output } from './output.js';
import { type Environment, readSettings, type Settings } from './settings.js';

/** Everything around the command that is not its own. */
export type Surroundings = Pick<Context, 'output' | 'user' | 'confirm' | 'signal'> & {
  environment: Environment;
  folder: string;
};

/** Runs one command line. @returns the exit code; whatever goes wrong has been said by then */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { output } = surroundings;
  try {
    const command = commands.find(({ name }) => isSaid(name, args));
    if (!command) return await help(args, output);
    const values = parseOptions(command, args.slice(command.name.split(' ').length));
    if (values['help']) {
      await output.data(helpOf(command));
      return exitCodes.fine;
    }
    return await runCommand(command, values, surroundings);
  } catch (error) {
    const { says, code } = explain(error);
    output.say(says);
    if (code === exitCodes.usage) output.say('`homerealm --help` tells what there is.');
    return code;
  }
}

const isSaid = (name: string, args: readonly string[]): boolean =>
  name.split(' ').every((word, index) => args[index] === word);

async function help(args: readonly string[], output: Output): Promise<number> {
  const asked = args.length === 0 || args.some((arg) => arg === '--help' || arg === '-h') || args[0] === 'help';
  if (!asked) throw new UsageError(`There is no command "${args.slice(0, 2).join(' ')}".`);
  const words = args.filter((arg) => !arg.startsWith('-') && arg !== 'help');
  const about = commands.filter(({ name }) => words.every((word, index) => name.split(' ')[index] === word));
  await output.data(overview(about.length > 0 ? about : commands));
  return exitCodes.fine;
}

async function runCommand(
  command: AnyCommand,
  values: Parsed,
  { environment, folder, ...rest }: Surroundings,
): Promise<number> {
  const service = values['service'] as string | undefined;
  if (service !== undefined && !isService(service)) {
    throw new UsageError(`--service takes ${serviceNames.join(', ')}.`);
  }
  let settings: Settings | undefined;
  const read = () =>
    (settings ??= readSettings({ environment, folder, local: values['local'] as string | undefined, service }));
  const connections = new Connections(read, service);
  try {
    return await command.run(values, { ...rest, connections, json: values['json'] === true });
  } finally {
    await connections.close();
  }
}

const isService = (name: string): name is ServiceName => serviceNames.some((service) => service === name);
