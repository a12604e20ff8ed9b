import { createHash } from 'node:crypto';
import { configText } from '../domain/config-text.js';
import type { Connection } from '../domain/connection.js';

/** SHA-256, in hex, of everything that decides how a sign-in through the connection goes. */
export const configHash = (connection: Connection): string =>
  createHash('sha256').update(configText(connection)).digest('hex');
