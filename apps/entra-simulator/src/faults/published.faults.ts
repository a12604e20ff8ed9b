import { consumersTenantId } from '../directory/directory.js';
import { issuerOf } from '../entra/tenant-segment.js';
import { hang, json, page, redirect, type Answer, type Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import type { FaultRow, Outcome } from './row.js';

type Document = Record<string, unknown>;
type World = { exchange: Exchange; origin: string };
type Row = FaultRow & { answer(document: Document, world: World): Answer };

const evil = 'https://evil.example';
const row = (says: string, answer: Row['answer'], outcome: Outcome = 'refused'): Row => ({ says, outcome, answer });

export const serverError = json(503, { error: 'temporarily_unavailable' });
export const htmlPage = page(200, '<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>');

/** Faults of the discovery document. A relying party that still holds a good copy may go on with it. */
export const metadataFaults = {
  'metadata-5xx': row('The discovery document answers 503.', () => serverError),
  'metadata-html': row('The discovery document is an HTML page, with status 200.', () => htmlPage),
  'metadata-hang': row('The discovery document never answers.', () => hang),
  'metadata-wrong-issuer': row('The discovery document names another issuer.', (document) =>
    json(200, { ...document, issuer: `${evil}/v2.0` }),
  ),
  'metadata-foreign-endpoints': row('The discovery document’s endpoints are at another host.', (document, { origin }) =>
    json(200, JSON.parse(moveEndpoints(document, origin))),
  ),
  'metadata-hs256-listed': row(
    'The discovery document lists HS256 for id_tokens; with alg-hs256 it is an attack.',
    (document) => json(200, { ...document, id_token_signing_alg_values_supported: ['RS256', 'HS256'] }),
    'tolerated',
  ),
  'metadata-redirect': row(
    'The discovery document is a redirect; who follows it finds the right document.',
    redirectOnce,
  ),
  'metadata-huge': row('The discovery document goes on for 64 MiB.', (document) => flood(document)),
} satisfies Record<string, Row>;

/** Faults of the published keys. */
export const jwksFaults = {
  'jwks-5xx': row('The keys answer 503.', () => serverError),
  'jwks-html': row('The keys are an HTML page, with status 200.', () => htmlPage),
  'jwks-hang': row('The keys never answer.', () => hang),
  'jwks-empty': row('No key is published.', () => json(200, { keys: [] })),
  'foreign-key-issuer': row(
    'The published keys are bound to the issuer of personal accounts.',
    (document, { origin }) => {
      const keys = document.keys as Document[];
      return json(200, { keys: keys.map((key) => ({ ...key, issuer: issuerOf(origin, consumersTenantId) })) });
    },
  ),
} satisfies Record<string, Row>;

/** The document, or what an armed fault makes of it. */
export function publish(
  document: Document,
  faults: Record<string, Row>,
  exchange: Exchange,
  { faults: armed, origin }: Simulation,
): Answer {
  for (const [name, { answer }] of Object.entries(faults)) {
    if (armed.take(name, exchange)) return answer(document, { exchange, origin });
  }
  return json(200, document, { 'cache-control': 'max-age=86400, private' });
}

/** The document's text without its last brace, and then blanks without end. */
export function flood(document: Document): Answer {
  return { ...json(200, {}), body: JSON.stringify(document).slice(0, -1), trick: 'flood' };
}

function redirectOnce(document: Document, { exchange: { url } }: World): Answer {
  if (url.searchParams.has('again')) return json(200, document);
  return redirect(`${url.href}${url.search ? '&' : '?'}again=1`);
}

/** Every address except the issuer goes elsewhere. */
function moveEndpoints(document: Document, origin: string): string {
  const { issuer, ...rest } = document;
  return JSON.stringify({ ...(JSON.parse(JSON.stringify(rest).replaceAll(origin, evil)) as Document), issuer });
}
