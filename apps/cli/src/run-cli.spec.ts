import { runCli } from './run-cli.js';
import { printable, tableOf } from './output.js';
import { readFrom } from './replay-from.js';
import { UsageError } from './failures.js';
import { chooseTopics } from './replay-choice.js';
import { commands } from './commands/index.js';

/** Runs a command line that needs neither log nor database. */
async function run(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const output = { data: async (line: string) => void out.push(line), say: (line: string) => void err.push(line) };
  const code = await runCli(args, {
    ...{ output, environment: {}, folder: '/', user: 'nobody' },
    ...{ confirm: async () => false, signal: new AbortController().signal },
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('the command line', () => {
  it('helps: an overview, and the options of every command', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    for (const { name } of commands) {
      expect(out).toContain(name);
      const help = await run(...name.split(' '), '--help');
      expect(help).toMatchObject({ code: 0, err: '', out: expect.stringContaining(`homerealm ${name} [options]`) });
    }
  });

  it.each([
    ['an unknown command', ['parked', 'delete'], 'There is no command "parked delete"'],
    ['an unknown option', ['topics', 'list', '--colour'], '--colour'],
    ['an option without its value', ['events', 'lag', '--max'], '--max'],
    ['an empty value', ['events', 'lag', '--consumer='], '--consumer takes NAME'],
    ['a word where none belongs', ['topics', 'list', 'all'], 'all'],
    ['a number that is none', ['events', 'lag', '--max', 'many'], '--max takes a whole number'],
    ['an unknown topic', ['state', 'digest', '--topic', 'x.v1'], 'There is no topic x.v1'],
    ['a skip without a reason', ['parked', 'skip', '--topic', 't', '--subject', 's'], 'needs a reason'],
    ['a retry of nothing in particular', ['parked', 'retry', '--topic', 't'], 'either --subject ID or --all'],
    ['a replay from nowhere', ['replay', '--consumer', 'c'], '--from is missing'],
    ['a service that does not exist', ['parked', 'list', '--service', 'x'], '--service takes auth-gateway'],
  ])('ends with 64 and plain words for %s', async (_name, args, says) => {
    expect(await run(...args)).toMatchObject({ code: 64, out: '', err: expect.stringContaining(says) });
  });

  it('ends with 78 where nobody says where the events are', async () => {
    expect(await run('events', 'lag')).toMatchObject({ code: 78, out: '' });
  });

  it('lists topics for machines, too', async () => {
    const { out } = await run('topics', 'list', '--json');
    expect(JSON.parse(out)).toContainEqual(
      expect.objectContaining({ name: 'identity-directory.user.v1', readers: 'any' }),
    );
  });
});

describe('what is printed', () => {
  it('cannot steer a terminal', () => {
    expect(printable('\u001b[31mred\u009b\u202e')).toBe('\\u001b[31mred\\u009b\\u202e');
    expect(tableOf(['A', 'B'], [['x\ny', null]])).toBe('A         B\nx\\u000ay  -');
  });
});

describe('--from', () => {
  it('takes the beginning, a moment, or offsets', () => {
    expect(readFrom('beginning')).toBe('beginning');
    expect(readFrom('2026-01-15T10:30:00+01:00')).toEqual({ since: new Date('2026-01-15T09:30:00Z') });
    expect(readFrom('0:120,3:95')).toEqual({
      offsets: new Map([
        [0, 120n],
        [3, 95n],
      ]),
    });
  });

  it.each(['', 'end', '2026-01-15', '2026-01-15T09:30:00', '2026-13-45T09:30:00Z', '0:1,0:2', '0:-1'])(
    'refuses "%s"',
    (text) => expect(() => readFrom(text)).toThrow(UsageError),
  );
});

describe('the topics of a replay', () => {
  const state = (topic: string, ...tables: string[]) => ({ topic, cursors: 1, parked: 0, tables });
  const states = [state('a', 'one'), state('b', 'one', 'two'), state('c', 'two'), state('d')];
  const chosen = (...args: Parameters<typeof chooseTopics>) => chooseTopics(...args).map(({ topic }) => topic);

  it('are all, or the named ones with those that fill the same tables', () => {
    expect(chosen('x', [], states, 'beginning')).toEqual(['a', 'b', 'c', 'd']);
    expect(chosen('x', ['a'], states, 'beginning')).toEqual(['a', 'b', 'c']);
    expect(chosen('x', ['d'], states, 'beginning')).toEqual(['d']);
  });

  it('are only the named ones when the tables stay', () => {
    expect(chosen('x', ['a'], states, { since: new Date() })).toEqual(['a']);
  });

  it('are refused in a database that does not know the consumer, or the topic', () => {
    expect(() => chosen('x', [], [], 'beginning')).toThrow('knows no consumer x');
    expect(() => chosen('x', ['e'], states, 'beginning')).toThrow('has read nothing of e');
  });
});
