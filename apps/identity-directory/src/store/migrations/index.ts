import { CreateDirectory1763760000000 } from './1763760000000-create-directory.js';
import { LinkAccounts1765000000000 } from './1765000000000-link-accounts.js';
import { AddImports1765100000000 } from './1765100000000-add-imports.js';
import { LimitOrganizationSessions1765700000000 } from './1765700000000-limit-organization-sessions.js';

export const migrations = [
  CreateDirectory1763760000000,
  LinkAccounts1765000000000,
  AddImports1765100000000,
  LimitOrganizationSessions1765700000000,
];
