import type { ErrorKind } from '@homerealm/domain';
import type { Attempt } from '../../domain/attempt.js';
import { publicCode, refusalOf } from '../../domain/sign-in-refusals.js';
import { html } from './html.js';
import type { Page } from './page.js';
import { pathOf } from './sign-in-page.js';
import { texts } from './texts.js';

const statuses: Record<ErrorKind, number> = {
  ...{ invalid: 400, unauthenticated: 401, forbidden: 403, 'not-found': 404, conflict: 409, gone: 410 },
  ...{ unprocessable: 422, limited: 429, upstream: 502, unavailable: 503 },
};

/** A refused try: a plain sentence, and the id by which an admin finds the record that says more. */
export function refusedPage({ attemptId, code }: Pick<Attempt, 'attemptId' | 'code'>, uid: string | null): Page {
  const { kind, shows } = refusalOf(code ?? '');
  const words = texts.refused;
  const mayTryAgain = uid !== null && shows !== 'start-again';
  const body = html`<p>${words.says[shows]}</p>
    ${mayTryAgain && html`<a class="button" href="${pathOf(uid)}">${words.tryAgain}</a>`}
    <dl>
      <dt>${words.reference}</dt>
      <dd>${attemptId}</dd>
      <dt>${words.code}</dt>
      <dd>${publicCode(code ?? '')}</dd>
    </dl>`;
  return { title: words.title, status: statusOf(code ?? '', kind), body, bad: true };
}

/** What the directory says about an account gets one status for all of it. */
const statusOf = (code: string, kind: ErrorKind): number =>
  publicCode(code) === code ? statuses[kind] : statuses.forbidden;

const plain = ({ title, says }: { title: string; says: string }, status: number): Page => ({
  ...{ title, status, bad: true },
  body: html`<p>${says}</p>`,
});

export const expiredPage = (): Page => plain(texts.expired, 410);
export const limitedPage = (): Page => plain(texts.limited, 429);
export const failedPage = (status: number): Page => plain(texts.failed, status);

/** Too many codes were sent or tried: how long to wait, and the way to the other ways, which nothing here limits. */
export const limitedCodesPage = (waitMilliseconds: number, uid: string): Page => ({
  ...{ title: texts.limitedCodes.title, status: 429, bad: true },
  body: html`<p>${texts.limitedCodes.says(Math.ceil(waitMilliseconds / 60_000))}</p>
    <a class="button" href="${pathOf(uid)}">${texts.limitedCodes.back}</a>`,
});
