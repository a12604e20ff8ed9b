import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalFile, readLocalFile, removeLocalFile, writeLocalFile } from './local-file.js';
import { urlsFor } from './parts.js';

const content: LocalFile = {
  urls: urlsFor(5000),
  kafka: null,
  postgres: { gateway: 'g', registry: 'r', directory: 'd', profileSync: 'p', eventLog: 'e' },
  issuer: 'http://localhost:5000',
  admin: { clientId: 'a', clientSecret: 's' },
  demoApplication: { clientId: 'c', clientSecret: 's', redirectUri: 'r', postLogoutRedirectUri: 'p' },
  accounts: [],
  caFile: '/ca.pem',
  processes: { runner: 7 },
};

describe('local.json', () => {
  const folder = mkdtempSync(join(tmpdir(), 'homerealm-file-'));
  const path = join(folder, 'deep', 'local.json');
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(() => writeLocalFile(path, content));

  it('is readable for its owner only, because it holds secrets', () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('has the addresses of all parts, moved with the port base', () => {
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(content);
    expect(content.urls).toEqual({
      gateway: 'http://localhost:5000',
      registry: 'http://localhost:5100',
      directory: 'http://localhost:5200',
      profileSync: 'http://localhost:5300',
      simulator: 'https://localhost:5500',
      demoApp: 'http://localhost:5600',
    });
  });

  it('is removed by the runner that wrote it, not by another', () => {
    removeLocalFile(path, 8);
    expect(readLocalFile(path)).toEqual(content);
    removeLocalFile(path, 7);
    expect(readLocalFile(path)).toBeUndefined();
  });
});
