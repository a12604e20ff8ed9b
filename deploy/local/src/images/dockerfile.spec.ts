import { readFileSync } from 'node:fs';
import { buildCommands, dockerfileProblems } from './dockerfile.js';

const ours = readFileSync(new URL('../../../docker/service.Dockerfile', import.meta.url), 'utf8');

describe('the Dockerfile', () => {
  it('keeps the rules', () => {
    expect(dockerfileProblems(ours)).toEqual([]);
  });

  it('builds with the script that is also run without a container engine', () => {
    expect(buildCommands(ours)).toContain('sh deploy/docker/build.sh "${APP}"');
  });

  it.each([
    ['a base image without a version', (text: string) => text.replace(/:20[\w.-]+/, ''), 'no version'],
    ['the latest base image', (text: string) => text.replace(/:20[\w.-]+/, ':latest'), 'no version'],
    ['root', (text: string) => text.replace(/^USER .*$/m, 'USER root'), 'numbered user'],
    ['no user', (text: string) => text.replace(/^USER .*$/m, ''), 'numbered user'],
    ['no health check', (text: string) => text.replace(/^HEALTHCHECK .*$/m, ''), 'no HEALTHCHECK'],
    ['curl', (text: string) => text.replace(/CMD \["node", "health.*$/m, 'CMD curl localhost'), 'does not have'],
    ['a shell around the service', (text: string) => text.replace(/^CMD .*$/m, 'CMD node main.js'), 'not a list'],
    ['a command in the shipped stage', (text: string) => `${text}\nRUN npm ci\n`, 'runs commands'],
    ['sources in the shipped stage', (text: string) => `${text}\nCOPY . .\n`, 'copies sources'],
    ['ADD', (text: string) => `${text}\nADD https://example.test/x /x\n`, 'ADD'],
    ['a secret', (text: string) => `${text}\nARG NPM_TOKEN\n`, 'named like a secret'],
  ])('is refused with %s', (_, spoil, problem) => {
    expect(dockerfileProblems(spoil(ours)).join(' ')).toContain(problem);
  });
});
