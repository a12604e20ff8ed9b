export type { LocalSystem, RunningPart, StartOptions } from './local-system.js';
export { startLocalSystem } from './system.js';
export type { LocalAccount, LocalFile } from './local-file.js';
export { AdminApi, ApiRefusal } from './seed/admin-api.js';
export { ask, type Answer, type Request } from './http.js';
export { type DatabaseName, type PartName, type ServiceName, type Urls, urlsFor } from './parts.js';
export { freePortBase } from './ports.js';
