import type { Endpoint } from '../http/exchange.js';
import { assertionFaults, samlFaults, signOutFaults, wsfedFaults } from './assertion.faults.js';
import { authorizeFaults } from './authorize.faults.js';
import { federationMetadataFaults } from './federation-metadata.faults.js';
import { graphFaults, graphPageFaults } from './graph.faults.js';
import { idTokenFaults } from './id-token.faults.js';
import { jwksFaults, metadataFaults } from './published.faults.js';
import type { FaultRow } from './row.js';
import { tokenFaults } from './token.faults.js';

const graph: Endpoint[] = ['graph-profile', 'graph-photo', 'graph-groups'];

/** Every fault there is, by the doors it shows at. A token is made at the token endpoint, rarely at authorize. */
const tables: { at: Endpoint[]; rows: Record<string, FaultRow> }[] = [
  { at: ['token'], rows: idTokenFaults },
  { at: ['token'], rows: tokenFaults },
  { at: ['authorize', 'login'], rows: authorizeFaults },
  { at: ['saml', 'wsfed', 'login'], rows: assertionFaults },
  { at: ['saml', 'login'], rows: samlFaults },
  { at: ['saml'], rows: signOutFaults },
  { at: ['wsfed', 'login'], rows: wsfedFaults },
  { at: ['federation-metadata'], rows: federationMetadataFaults },
  { at: ['metadata'], rows: metadataFaults },
  { at: ['jwks'], rows: jwksFaults },
  { at: graph, rows: graphFaults },
  { at: ['graph-groups'], rows: graphPageFaults },
];

export type FaultName =
  | keyof typeof idTokenFaults
  | keyof typeof tokenFaults
  | keyof typeof authorizeFaults
  | keyof typeof assertionFaults
  | keyof typeof samlFaults
  | keyof typeof signOutFaults
  | keyof typeof wsfedFaults
  | keyof typeof federationMetadataFaults
  | keyof typeof metadataFaults
  | keyof typeof jwksFaults
  | keyof typeof graphFaults
  | keyof typeof graphPageFaults;

export type CatalogueEntry = FaultRow & { name: FaultName; at: Endpoint[] };

export const faultCatalogue: CatalogueEntry[] = tables.flatMap(({ at, rows }) =>
  Object.entries(rows).map(([name, { says, outcome }]) => ({ name: name as FaultName, at, says, outcome })),
);

export const faultNames = faultCatalogue.map(({ name }) => name);
