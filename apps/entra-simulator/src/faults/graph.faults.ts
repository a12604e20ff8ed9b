import { graphError } from '../graph/errors.js';
import { hang, type Answer, type Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import type { Armed } from './faults.js';
import type { FaultRow } from './row.js';

type Row = FaultRow & { answer(exchange: Exchange, armed: Armed): Answer };
const row = (says: string, answer: Row['answer']): Row => ({ says, outcome: 'groups-unknown', answer });

/** Faults of every Graph address. */
export const graphFaults = {
  'graph-5xx': row('Graph answers 503.', (exchange) =>
    graphError(503, 'serviceNotAvailable', 'The service is temporarily unavailable.', exchange),
  ),
  'graph-429': row(
    'Graph is throttled: 429 with Retry-After (1 second, or as given); use `times` to let it end.',
    (exchange, armed) =>
      graphError(429, 'TooManyRequests', 'Too many requests.', exchange, {
        'retry-after': String(armed.retryAfterSeconds ?? 1),
      }),
  ),
  'graph-403': row('Graph refuses for want of permission.', (exchange) =>
    graphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.', exchange),
  ),
  'graph-hang': row('Graph never answers.', () => hang),
} satisfies Record<string, Row>;

/** A page of a list as the faults may change it. */
export type Page = {
  value: unknown[];
  nextLink?: string | undefined;
  /** Where it would go on after this many of its items. */
  after(count: number): string;
};
type PageRow = FaultRow & { change(page: Page, here: URL): Page | 'broken' };
const pageRow = (says: string, change: PageRow['change']): PageRow => ({ says, outcome: 'groups-unknown', change });

/** Faults of lists in pages. Their first page is cut short, so that there is a second one to be had. */
export const graphPageFaults = {
  'graph-broken-page': pageRow('The second page of a Graph list answers 500.', (page, here) =>
    here.searchParams.has('$skiptoken')
      ? 'broken'
      : { ...page, value: firstHalf(page.value), nextLink: page.after(firstHalf(page.value).length) },
  ),
  'graph-foreign-nextlink': pageRow('A Graph list’s next page is at another host.', (page) => ({
    ...page,
    value: firstHalf(page.value),
    nextLink: 'https://evil.example/v1.0/me/transitiveMemberOf?$skiptoken=steal',
  })),
  'graph-loop-nextlink': pageRow('A Graph list’s next page is the same page again, for ever.', (page, here) => ({
    ...page,
    value: firstHalf(page.value),
    nextLink: here.href,
  })),
} satisfies Record<string, PageRow>;

/** Faults that answer instead of Graph. */
export function graphFault(exchange: Exchange, { faults }: Simulation): Answer | undefined {
  for (const [name, { answer }] of Object.entries(graphFaults)) {
    const armed = faults.take(name, exchange);
    if (armed) return answer(exchange, armed);
  }
  return undefined;
}

export function spoilPage(page: Page, exchange: Exchange, { faults }: Simulation): Page | 'broken' {
  for (const [name, { change }] of Object.entries(graphPageFaults)) {
    if (faults.take(name, exchange)) return change(page, exchange.url);
  }
  return page;
}

function firstHalf(value: unknown[]): unknown[] {
  return value.slice(0, Math.max(1, Math.ceil(value.length / 2)));
}
