import type { Directory, DirectoryContent } from './directory/directory.js';
import type { PendingSignIn } from './entra/pending.js';
import type { Grant, RefreshGrant } from './entra/grants.js';
import type { Session } from './entra/session.js';
import type { SigningKeys } from './entra/signing-keys.js';
import type { AppCertificates } from './federation/certificates.js';
import type { PendingFederation } from './federation/request.js';
import type { Faults } from './faults/faults.js';
import type { RequestLog } from './http/request-log.js';
import type { Shelf } from './http/shelf.js';
import type { AddedPerson, SocialGrant, SocialRequest } from './social/model.js';

export type Settings = {
  /** Follow login_hint without showing a page or asking for a password. */
  autoSignIn: boolean;
  codeLifetimeSeconds: number;
  tokenLifetimeSeconds: number;
  refreshTokenLifetimeSeconds: number;
};

export const defaultSettings: Settings = {
  autoSignIn: false,
  codeLifetimeSeconds: 600,
  tokenLifetimeSeconds: 3_600,
  refreshTokenLifetimeSeconds: 90 * 24 * 3_600,
};

/** The whole simulated cloud: what every handler is given beside the request. */
export type Simulation = {
  /** Where browsers and services reach it; the root of every issuer. */
  origin: string;
  settings: Settings;
  directory: Directory;
  /** What `reset` returns to. */
  start: DirectoryContent;
  keys: SigningKeys;
  faults: Faults;
  requests: RequestLog;
  pending: Shelf<PendingSignIn>;
  sessions: Shelf<Session>;
  federated: Shelf<PendingFederation>;
  /** Of each app, the id of the assertion it got last. */
  lastAssertions: Map<string, string>;
  certificates: AppCertificates;
  codes: Shelf<Grant>;
  refreshTokens: Shelf<RefreshGrant>;
  /** Accounts at social providers beside those of the seed. */
  socialPeople: Map<number, AddedPerson>;
  socialRequests: Shelf<SocialRequest>;
  socialCodes: Shelf<SocialGrant>;
  socialTokens: Shelf<SocialGrant>;
  /** Epoch seconds. */
  now(): number;
};
