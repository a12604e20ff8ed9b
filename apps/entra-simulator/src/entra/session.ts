import type { FederatedRequest } from '../federation/request.js';

/** An application that somebody is signed in to, and by which name. */
export type Participant = {
  request: FederatedRequest;
  tenantId: string;
  nameId: string;
  nameIdFormat: string;
  sessionIndex: string;
};

/** One browser's accounts that are signed in, by object id, with the time they did. */
export type Session = {
  id: string;
  accounts: Map<string, number>;
  /** Applications that got an assertion in it, by door and client id: they are told when it ends. */
  apps: Map<string, Participant>;
};
