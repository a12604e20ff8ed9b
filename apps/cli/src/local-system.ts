import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { SettingsError } from './failures.js';

/** The services, and what `npm start` calls their databases. */
const databaseNames = {
  'auth-gateway': 'gateway',
  'connection-registry': 'registry',
  'identity-directory': 'directory',
  'profile-sync': 'profileSync',
} as const;

export type ServiceName = keyof typeof databaseNames;
export const serviceNames = Object.keys(databaseNames) as ServiceName[];

/** The part of local.json that we need. */
const LocalFile = z.object({
  kafka: z.object({ brokers: z.array(z.string()).min(1) }).nullable(),
  postgres: z.object({
    gateway: z.url(),
    registry: z.url(),
    directory: z.url(),
    profileSync: z.url(),
    eventLog: z.url(),
  }),
});

export type LocalSystem = z.infer<typeof LocalFile> & { databases: Record<ServiceName, string> };

/** `.homerealm/local.json` of the folder or the nearest one above; a local system writes it while it runs. */
export function findLocalFile(folder: string): string | undefined {
  const file = join(folder, '.homerealm', 'local.json');
  if (existsSync(file)) return file;
  return dirname(folder) === folder ? undefined : findLocalFile(dirname(folder));
}

/** @throws SettingsError when it cannot be read; the file holds secrets, so no part of it is quoted */
export function readLocalFile(file: string): LocalSystem {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new SettingsError(`${file} cannot be read.`);
  }
  const outcome = LocalFile.safeParse(content);
  if (!outcome.success) throw new SettingsError(`${file} is not of a local system.`);
  const { postgres } = outcome.data;
  const databases = Object.fromEntries(serviceNames.map((name) => [name, postgres[databaseNames[name]]]));
  return { ...outcome.data, databases: databases as Record<ServiceName, string> };
}
