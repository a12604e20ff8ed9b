/** What runs, in the order it is started. */
export const parts = {
  simulator: { app: 'entra-simulator', says: 'Microsoft Entra stand-in', offset: 500 },
  gateway: { app: 'auth-gateway', says: 'sign-in pages, OpenID provider', offset: 0 },
  registry: { app: 'connection-registry', says: 'connections API', offset: 100 },
  directory: { app: 'identity-directory', says: 'users and organizations API', offset: 200 },
  profileSync: { app: 'profile-sync', says: 'profile and group sync', offset: 300 },
  demoApp: { app: 'demo-app', says: 'demo app: start here', offset: 600 },
} as const;

export type PartName = keyof typeof parts;
/** The parts with a database of their own. */
export type ServiceName = 'gateway' | 'registry' | 'directory' | 'profileSync';
export const partNames = Object.keys(parts) as PartName[];

/** The four services with a database; the rest is there for the demonstration. */
export const databases = {
  gateway: 'auth_gateway',
  registry: 'connection_registry',
  directory: 'identity_directory',
  profileSync: 'profile_sync',
  eventLog: 'event_log',
} as const;

export type DatabaseName = keyof typeof databases;
export const databaseNames = Object.keys(databases) as DatabaseName[];

export type Urls = Record<PartName, string>;

export const portOf = (part: PartName, portBase: number): number => portBase + parts[part].offset;

/** The mailbox is no process of its own, and takes another port when this one is taken. */
export const mailboxPort = (portBase: number): number => portBase + 650;

/** Where each part can be reached. The simulator is https, as Entra is; names matter to cookies and certificates. */
export function urlsFor(portBase: number): Urls {
  const url = (part: PartName) => `${part === 'simulator' ? 'https' : 'http'}://localhost:${portOf(part, portBase)}`;
  return Object.fromEntries(partNames.map((part) => [part, url(part)])) as Urls;
}
