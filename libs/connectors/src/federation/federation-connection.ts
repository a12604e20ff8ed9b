import type { EntraCredential } from '../entra/entra-connection.js';

/** Where a provider takes a message, and how the browser brings it. */
export type FederationEndpoint = { binding: 'redirect' | 'post'; url: string };

/** What a provider's metadata says, as far as it matters here. */
export type FederationMetadata = {
  entityId: string;
  /** Not empty. In the order of the document. */
  signIn: FederationEndpoint[];
  signOut: FederationEndpoint[];
  /** Certificates that may sign, as PEM; not empty, no repeats. */
  certificates: string[];
  wantsSignedRequests: boolean;
};

/** Names of the attributes to read; null: not asked for. */
export type AttributeNames = {
  email: string | null;
  givenName: string | null;
  familyName: string | null;
  displayName: string | null;
  preferredUsername: string | null;
  groups: string | null;
  extra: Record<string, string>;
};

/** A connection whose provider answers with a signed document, as its connectors need it. */
export type FederationConnection = {
  connectionId: string;
  /** Grows with each change of the settings. */
  revision: number;
  /** The tenant its word about people is believed for; null: people are known by `accountIssuer` and name ID. */
  tenantId: string | null;
  /** Issuer in the account keys where there is no tenant. */
  accountIssuer: string;
  authority: string;
  graphOrigin: string;
  /** For Microsoft Graph; null: groups that the assertion does not list are unknown. */
  clientId: string | null;
  /** Client secrets and certificates: Graph is asked with all, requests are signed with the newest certificate. */
  credentials: EntraCredential[];
  /** Read again from here when an answer is signed with a certificate that is not known; null: never. */
  metadataUrl: string | null;
  /** SHA-256 thumbprints (hexadecimal capitals) of the only certificates that may sign; null: all of the metadata. */
  pinnedCertificates: string[] | null;
  /** As the registry read it last: used as long as nothing newer was read. */
  metadata: FederationMetadata;
  attributeMapping: AttributeNames;
  getUserGroups: boolean;
  /** Where answers arrive: Assertion Consumer Service, wreply. */
  callbackUrl: string;
};

export type WsfedConnection = FederationConnection & {
  /** Our wtrealm; an assertion's audience is this, also with `spn:` before it. */
  realm: string;
};

export type SamlConnection = FederationConnection & {
  /** Our entity ID; an assertion's audience is this, also with `spn:` before it. */
  entityId: string;
  /** In place of the metadata's address. */
  signInUrl: string | null;
  nameIdFormat: 'any' | 'persistent' | 'emailAddress' | 'unspecified';
  signRequests: boolean;
  assertionEncryption: 'none' | 'allowed' | 'required';
};

/** Remembers assertions that were used, for all instances and over restarts. */
export type ReplayStore = {
  /**
   * Remembers one until then. False when it was remembered already: of many at the same time one gets true.
   * @param key connection, and issuer and id of the assertion, as one text; personal data is not in it
   */
  remember(key: string, until: Date): Promise<boolean>;
};
