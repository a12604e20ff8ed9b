import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Made once per data folder; losing them makes what was sealed with them unreadable. */
export type Secrets = {
  /** `id:base64`, as the services' setting SEALING_KEYS takes it. */
  sealingKeys: string;
  admin: { clientId: string; clientSecret: string };
  /** The secret that both companies' app registrations in the simulator know. */
  upstreamSecret: string;
};

/** Reads the secrets of a data folder, or makes them (mode 0600). */
export function secretsOf(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  const secrets: Secrets = {
    sealingKeys: `local-1:${randomBytes(32).toString('base64')}`,
    admin: { clientId: 'local-admin', clientSecret: randomText() },
    upstreamSecret: randomText(),
  };
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}

/** 256 bits in characters that no encoding touches. */
export const randomText = (): string => randomBytes(32).toString('base64url');
