import { parseArgs } from 'node:util';
import { journeys, usual } from './journeys/index.js';
import type { Journey } from './stage.js';

export type Named = { name: string | undefined; journey: Journey };
export type DemoAsked =
  { kind: 'help' } | { kind: 'mistake'; says: string } | { kind: 'play'; asked: Named[]; dataDir: string | undefined };

export const demoHelp = `Plays what can happen to people who sign in, and prints what came of it.

  npm run demo                     ${usual.says}
${[...journeys].map(([name, { says }]) => `  npm run demo -- ${name.padEnd(15)}  ${says}`).join('\n')}
  npm run demo -- all              all that have a name
  npm run demo -- NAME --data DIR  at the system that \`npm start -- --data DIR\` runs

It takes the system that \`npm start\` runs, or starts one for itself, and deletes what it has made.`;

/** Reads the command line of `npm run demo`. */
export function parseDemoOptions(args: readonly string[]): DemoAsked {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { data: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
      allowPositionals: true,
    });
    if (values.help) return { kind: 'help' };
    const asked = choose(positionals);
    if (asked) return { kind: 'play', asked, dataDir: values.data };
    return { kind: 'mistake', says: `There is no journey “${positionals.join(' ')}”.` };
  } catch (problem) {
    return { kind: 'mistake', says: `${(problem as Error).message.split('. ')[0]}.` };
  }
}

function choose([name, ...rest]: readonly string[]): Named[] | undefined {
  if (name === undefined) return [{ name, journey: usual }];
  if (rest.length > 0) return undefined;
  if (name === 'all') return [...journeys].map(([each, journey]) => ({ name: each, journey }));
  const journey = journeys.get(name);
  return journey && [{ name, journey }];
}
