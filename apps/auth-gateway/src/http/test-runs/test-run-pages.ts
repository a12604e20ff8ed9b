import type { TestReport } from '@homerealm/contracts';
import type { Check } from '@homerealm/domain';
import type { Claims } from '../../domain/token-claims.js';
import type { Explanation } from '../../use-cases/explain-refusal.js';
import type { TestRunResult } from '../../use-cases/complete-test-run.js';
import { html, type Html } from '../sign-in/html.js';
import type { Page } from '../sign-in/page.js';
import { testRunTexts as texts } from './test-run-texts.js';

type Predicted = NonNullable<TestReport['predicted']>;

export const testOverPage = (): Page => ({
  ...{ title: texts.over.title, status: 410, bad: true },
  body: html`<p>${texts.over.says}</p>`,
});

/** What came of a test run, for the admin who made it: all of the record, and their own claims. */
export function testResultPage({ testRunId, report, explanation, values, saved }: TestRunResult): Page {
  if (report === null) return testOverPage();
  const { passed, predicted } = report;
  const body = html`<p>${texts.nothingHappened} ${passed && texts.mayEnable}</p>
    ${!saved && html`<p class="problem">${texts.notSaved}</p>`} ${explanation && refusal(report, explanation)}
    ${predicted && difference(predicted)}
    <h2>${texts.checks}</h2>
    <ol>
      ${report.checks.map(check)}
    </ol>
    ${values && claims(values)}
    <dl>
      <dt>${texts.run}</dt>
      <dd>${testRunId}</dd>
    </dl>`;
  return { title: passed ? texts.passed : texts.failed, status: 200, body, bad: !passed, wide: true };
}

const check = ({ code, outcome, details }: Check): Html =>
  html`<li class="${outcome}">
    ${code}: <strong>${texts.outcomes[outcome]}</strong>${details && html` <small>${detailsOf(details)}</small>`}
  </li>`;

const detailsOf = (details: NonNullable<Check['details']>): string =>
  Object.entries(details)
    .map(([name, value]) => `${name}: ${value ?? '–'}`)
    .join(', ');

function refusal({ code, upstream }: TestReport, { says, fixedBy, aadsts }: Explanation): Html {
  const words = [upstream?.error, upstream?.description].filter((text) => typeof text === 'string');
  return html`<p>${says}</p>
    ${aadsts.map(({ number, says: meaning }) => html`<p>AADSTS${number}: ${meaning}</p>`)}
    <dl>
      <dt>${texts.fixedBy}</dt>
      <dd>${texts.fixers[fixedBy]}</dd>
      <dt>${texts.code}</dt>
      <dd>${code}</dd>
      ${
        words.length > 0 &&
        html`<dt>${texts.provider}</dt>
          <dd>${words.join(' · ')}</dd>`
      }
    </dl>`;
}

function difference(predicted: Predicted): Html {
  return html`<h2>${texts.difference}</h2>
    <ul>
      ${sentencesOf(predicted).map((sentence) => html`<li>${sentence}</li>`)}
    </ul>`;
}

function sentencesOf({ change, userId, difference: will, groups }: Predicted): string[] {
  const listed = (says: (list: string) => string, list: readonly string[]) =>
    list.length > 0 ? [says(list.join(', '))] : [];
  return [
    `${texts.changes[change]}${userId === null ? '' : ` (${userId})`}`,
    ...listed(texts.adds, will.identitiesAdded),
    ...listed(texts.removes, will.identitiesRemoved),
    ...listed(texts.verifies, will.identitiesVerified),
    ...listed(texts.profile, will.profileChanged),
    ...(will.joinedOrganization === null ? [] : [texts.joins(will.joinedOrganization)]),
    groupsOf(groups),
  ];
}

function groupsOf(groups: Predicted['groups']): string {
  if (groups === null) return texts.groups.none;
  return groups.completeness === 'complete' ? texts.groups.complete(groups.count) : texts.groups.unknown;
}

const claims = ({ accessToken, idToken }: { accessToken: Claims; idToken: Claims }): Html =>
  html`<h2>${texts.claims}</h2>
    ${token(texts.accessToken, accessToken)} ${token(texts.idToken, idToken)}`;

/** Folded up: somebody with many groups has a long one. */
const token = (name: string, content: Claims): Html =>
  html`<details>
    <summary>${name}</summary>
    <pre tabindex="0">${JSON.stringify(content, null, 2)}</pre>
  </details>`;
