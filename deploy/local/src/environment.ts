import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export type Environment = Record<string, string | undefined>;

/** The Microsoft clouds with the Graph each trusts; what services allow when nothing else is said. */
const microsoftClouds = [
  'https://login.microsoftonline.com=https://graph.microsoft.com',
  'https://login.microsoftonline.us=https://graph.microsoft.us',
  'https://login.partner.microsoftonline.cn=https://microsoftgraph.chinacloudapi.cn',
];

/**
 * The operator's list of authorities: the Microsoft clouds, the simulator, and what the environment adds. An authority
 * that is given again takes the Graph it is given with.
 */
export function mergeAuthorities(simulator: string, given: string | undefined): string {
  const entries = [...microsoftClouds, `${simulator}=${simulator}`, ...(given ?? '').split(',')]
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const byAuthority = new Map(entries.map((entry) => [entry.split('=')[0], entry]));
  return [...byAuthority.values()].join(',');
}

/**
 * Writes one file with our test CA and the certificates the environment brings along: Node takes one file only.
 * @throws Error when the file named in the environment is missing.
 */
export function writeCaBundle(file: string, ownCa: string, given: string | undefined): void {
  if (given && !existsSync(given)) {
    throw new Error(`NODE_EXTRA_CA_CERTS names ${given}, which is not there.`);
  }
  const texts = [ownCa, ...(given ? [readFileSync(given, 'utf8')] : [])];
  writeFileSync(file, texts.map((text) => `${text.trim()}\n`).join(''), { mode: 0o600 });
}
