import { randomUUID } from 'node:crypto';
import { hang, redirect, type Answer, type Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { htmlPage, serverError } from './published.faults.js';
import type { FaultRow } from './row.js';

type World = { exchange: Exchange; origin: string };
type Row = FaultRow & { answer(document: string, world: World): Answer };

const row = (says: string, answer: Row['answer']): Row => ({ says, outcome: 'refused', answer });
const evil = 'https://evil.example';

export const xmlAnswer = (body: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/samlmetadata+xml', 'cache-control': 'max-age=86400, private' },
  body,
});

/** Faults of the federation metadata. A relying party that still holds a good copy may go on with it. */
export const federationMetadataFaults = {
  'federation-metadata-5xx': row('The metadata answers 503.', () => serverError),
  'federation-metadata-html': row('The metadata is an HTML page, with status 200.', () => htmlPage),
  'federation-metadata-hang': row('The metadata never answers.', () => hang),
  'federation-metadata-huge': row('The metadata goes on for 64 MiB.', (document) => ({
    ...xmlAnswer(document),
    trick: 'flood',
  })),
  'federation-metadata-redirect': row(
    'The metadata is a redirect; who follows it finds it.',
    (document, { exchange }) =>
      exchange.url.searchParams.has('again')
        ? xmlAnswer(document)
        : redirect(`${exchange.url.href}${exchange.url.search ? '&' : '?'}again=1`),
  ),
  'federation-metadata-doctype': row('The metadata begins with a document type.', (document) =>
    xmlAnswer(`<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${document}`),
  ),
  'federation-metadata-broken': row('The metadata is cut off in the middle.', (document) =>
    xmlAnswer(document.slice(0, document.length / 2)),
  ),
  'federation-metadata-wrong-entity': row('The metadata is of another tenant.', (document) =>
    xmlAnswer(document.replace(/entityID="[^"]+"/, `entityID="https://sts.windows.net/${randomUUID()}/"`)),
  ),
  'federation-metadata-no-certificates': row('The metadata shows no certificate.', (document) =>
    xmlAnswer(document.replace(/<KeyDescriptor.*?<\/KeyDescriptor>/gs, '')),
  ),
  'federation-metadata-foreign-endpoints': row('The metadata leads people to another host.', (document, { origin }) =>
    xmlAnswer(document.replaceAll(`Location="${origin}`, `Location="${evil}`).replaceAll(`>${origin}`, `>${evil}`)),
  ),
} satisfies Record<string, Row>;

/** The metadata, or what an armed fault makes of it. */
export function publishMetadata(document: string, exchange: Exchange, { faults, origin }: Simulation): Answer {
  for (const [name, { answer }] of Object.entries(federationMetadataFaults)) {
    if (faults.take(name, exchange)) return answer(document, { exchange, origin });
  }
  return xmlAnswer(document);
}
