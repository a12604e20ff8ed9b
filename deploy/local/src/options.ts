import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export type LocalOptions = {
  /** A real Kafka instead of the event log in Postgres. */
  kafka: boolean;
  /** Where everything that must survive a restart lies; absolute. */
  dataDir: string;
  /** The person chose the folder: `local.json` is written there too. */
  dataDirGiven: boolean;
  portBase: number;
  /** Show what the services log on the terminal. */
  verbose: boolean;
};

export type Asked = { kind: 'help' } | { kind: 'mistake'; says: string } | { kind: 'run'; options: LocalOptions };

export const help = `Runs the whole system on this machine, for development and trying out.

  npm start                          everything, events in the embedded PostgreSQL
  npm start -- --kafka               the same with a real Apache Kafka
  npm start -- --data DIR            keep databases, keys and logs in DIR (default: .homerealm/data)
  npm start -- --port-base N         take the ports N, N+100 … N+600 (default: 4000), for a second copy beside
  npm start -- --verbose             show what the services log

Settings in the environment are passed on to the services. ENTRA_AUTHORITIES and NODE_EXTRA_CA_CERTS are added to the
ones the local system needs itself. Ctrl-C stops everything; the data is used again at the next start.`;

/** Reads the command line of `npm start`. */
export function parseOptions(args: readonly string[], checkout: string): Asked {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        kafka: { type: 'boolean', default: false },
        data: { type: 'string' },
        'port-base': { type: 'string', default: '4000' },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    const portBase = Number(values['port-base']);
    if (!Number.isInteger(portBase) || portBase < 1024 || portBase > 64_900) {
      return { kind: 'mistake', says: '--port-base takes a number from 1024 to 64900.' };
    }
    if (values.data === '') return { kind: 'mistake', says: '--data takes a folder.' };
    return {
      kind: 'run',
      options: {
        kafka: values.kafka,
        dataDir: resolve(checkout, values.data ?? '.homerealm/data'),
        dataDirGiven: values.data !== undefined,
        portBase,
        verbose: values.verbose,
      },
    };
  } catch (problem) {
    return { kind: 'mistake', says: `${(problem as Error).message.split('. ')[0]}.` };
  }
}
