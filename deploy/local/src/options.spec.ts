import { help, parseOptions } from './options.js';

const parse = (...args: string[]) => parseOptions(args, '/checkout');

describe('the options of npm start', () => {
  it('has defaults for all of them', () => {
    expect(parse()).toEqual({
      kind: 'run',
      options: {
        kafka: false,
        dataDir: '/checkout/.homerealm/data',
        dataDirGiven: false,
        portBase: 4000,
        verbose: false,
      },
    });
  });

  it('takes Kafka, a data folder relative to the checkout, and a port base', () => {
    expect(parse('--kafka', '--data', 'x/y', '--port-base', '5000')).toMatchObject({
      kind: 'run',
      options: { kafka: true, dataDir: '/checkout/x/y', dataDirGiven: true, portBase: 5000 },
    });
  });

  it('takes an absolute data folder as it is', () => {
    expect(parse('--data=/tmp/z')).toMatchObject({ options: { dataDir: '/tmp/z' } });
  });

  it.each([['abc'], ['80'], ['65000'], ['4000.5'], ['']])('refuses the port base %p in words', (value) => {
    expect(parse(`--port-base=${value}`)).toEqual({
      kind: 'mistake',
      says: '--port-base takes a number from 1024 to 64900.',
    });
  });

  it('names an option it does not know', () => {
    expect(parse('--kafak')).toEqual({ kind: 'mistake', says: expect.stringContaining("'--kafak'") });
  });

  it('tells every option in its help', () => {
    expect(parse('--help')).toEqual({ kind: 'help' });
    for (const option of ['--kafka', '--data', '--port-base', '--verbose']) expect(help).toContain(option);
  });
});
