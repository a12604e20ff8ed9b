import { parseDemoOptions } from './demo-options.js';

const names = (args: string[]) => {
  const asked = parseDemoOptions(args);
  return asked.kind === 'play' ? asked.asked.map(({ name }) => name) : asked;
};

describe('the command line of the demo', () => {
  it('plays the usual journey when none is named', () => expect(names([])).toEqual([undefined]));

  it('plays one by its name, at the system whose data lies elsewhere', () => {
    expect(names(['google'])).toEqual(['google']);
    expect(parseDemoOptions(['google', '--data', '/tmp/x'])).toMatchObject({ kind: 'play', dataDir: '/tmp/x' });
  });

  it('plays all that have a name', () => {
    expect(names(['all'])).toEqual(['email', 'google', 'linkedin', 'imported', 'second-company', 'failed']);
  });

  it.each([
    [['nobody'], 'There is no journey “nobody”.'],
    [['email', 'google'], 'There is no journey “email google”.'],
    [['--loud'], expect.stringContaining('--loud')],
  ])('%j is a mistake', (args, says) => expect(names(args)).toEqual({ kind: 'mistake', says }));

  it('helps', () => expect(names(['--help'])).toEqual({ kind: 'help' }));
});
