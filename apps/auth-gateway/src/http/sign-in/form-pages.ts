import type { DepartureForm } from '../../use-cases/upstream.port.js';
import { html } from './html.js';
import type { Page } from './page.js';
import { texts } from './texts.js';

/**
 * Fields of providers' forms that go on, with the most characters each may have. Tokens are not among them: they have no
 * place in a form, and none on a page.
 */
const carried: Readonly<Record<string, number>> = {
  ...{ SAMLResponse: 524_288, SAMLRequest: 524_288, wresult: 524_288 },
  ...{ RelayState: 4_096, wctx: 4_096, state: 4_096, code: 8_192 },
  ...{ wa: 64, error: 128, error_description: 16_384, iss: 512 },
};
/** Says that a form came from our page, also in browsers that do not tell where a request comes from. */
const marker = 'posted_again';

type Form = Readonly<Record<string, unknown>>;

/** Whether a form still has to be posted by a page of ours. One that was is looked at as it is: there is no second time. */
export const isPostedAgain = (form: Form, sentFrom: string | string[] | undefined): boolean =>
  form[marker] !== undefined || sentFrom === 'same-origin';

/** The form as its provider posted it. */
export const withoutMarker = ({ [marker]: _, ...form }: Form): Record<string, unknown> => form;

/**
 * Posts a provider's form once more, from our own origin: coming from another site, it brought no cookie (SameSite), so
 * nobody could say whose sign-in it belongs to. Nothing of it was looked at, and nothing is kept.
 */
export function postAgainPage(form: Form, action: string): Page {
  const fields = Object.entries(carried).flatMap(([name, most]) =>
    valuesOf(form[name]).map((value) => ({ name, value, most })),
  );
  if (fields.some(({ value, most }) => value.length > most)) return tooLargePage();
  return formPage(action, [...fields, { name: marker, value: '1' }]);
}

/** Sends the browser to a provider with a form. */
export const departurePage = ({ action, fields }: DepartureForm): Page =>
  formPage(
    action,
    Object.entries(fields).map(([name, value]) => ({ name, value })),
  );

/** More than any provider has to say. Nothing of it was read, so there is no record of it. */
export const tooLargePage = (): Page => ({
  ...{ title: texts.refused.title, status: 413, bad: true },
  body: html`<p>${texts.tooLarge}</p>
    <dl>
      <dt>${texts.refused.code}</dt>
      <dd>sign-in.answer-too-large</dd>
    </dl>`,
});

/** What stands there twice stays there twice, for the connector to refuse. */
const valuesOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value.slice(0, 2) : [value]).filter((one) => typeof one === 'string');

const formPage = (action: string, fields: readonly { name: string; value: string }[]): Page => ({
  ...{ title: texts.onward.title, status: 200, submitsItself: true },
  body: html`<form method="post" action="${action}">
    ${fields.map(({ name, value }) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    <p>${texts.onward.says}</p>
    <button>${texts.onward.next}</button>
  </form>`,
});
