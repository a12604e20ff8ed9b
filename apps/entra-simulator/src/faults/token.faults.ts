import { EntraError } from '../entra/errors.js';
import { hang, json, type Answer, type Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { flood, htmlPage, serverError } from './published.faults.js';
import type { FaultRow } from './row.js';

type Document = Record<string, unknown>;
type Row = FaultRow & { answer(document: Document, app: string): Answer };

const row = (says: string, answer: Row['answer']): Row => ({ says, outcome: 'refused', answer });

/** Faults of the token endpoint; the grant is spent all the same. */
export const tokenFaults = {
  'token-5xx': row('The token endpoint answers 503.', () => serverError),
  'token-html': row('The token endpoint answers with an HTML page, with status 200.', () => htmlPage),
  'token-hang': row('The token endpoint never answers.', () => hang),
  'token-null': row('The token endpoint’s document is null.', () => json(200, null)),
  'token-type-number': row('The token_type is a number.', (document) => json(200, { ...document, token_type: 42 })),
  'token-huge': row('The token endpoint’s answer goes on for 64 MiB.', (document) => flood(document)),
  'token-no-id-token': row('The token endpoint sends no id_token.', (document) =>
    json(200, { ...document, id_token: undefined }),
  ),
  'expired-secret': row('The client secret counts as expired (AADSTS7000222).', (_, app) => {
    throw new EntraError(7000222, { app });
  }),
  'wrong-secret': row('The client secret counts as wrong (AADSTS7000215).', (_, app) => {
    throw new EntraError(7000215, { app });
  }),
} satisfies Record<string, Row>;

/** The token answer, or what an armed fault makes of it. @throws EntraError for faults that are refusals */
export function answerToken(document: Document, exchange: Exchange, { faults }: Simulation): Answer {
  for (const [name, { answer }] of Object.entries(tokenFaults)) {
    if (faults.take(name, exchange)) return answer(document, exchange.clientId ?? '');
  }
  return json(200, document, { pragma: 'no-cache' });
}
