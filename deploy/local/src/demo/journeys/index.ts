import type { Journey } from '../stage.js';
import { connection } from './connection.js';
import { email } from './email.js';
import { failed } from './failed.js';
import { google } from './google.js';
import { imported } from './imported.js';
import { linkedin } from './linkedin.js';
import { secondCompany } from './second-company.js';

/** What `npm run demo` shows when nothing is asked for. */
export const usual = connection;

/** Those that are asked for by name. */
export const journeys: ReadonlyMap<string, Journey> = new Map(
  Object.entries({ email, google, linkedin, imported, 'second-company': secondCompany, failed }),
);
