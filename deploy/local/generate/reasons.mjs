import { load, table, writePage } from './write.mjs';

/** Writes the catalogue of reasons: every code that can stand in the record of a sign-in attempt or a test run. */
const { signInRefusals, refusalOf } = await load('apps/auth-gateway/dist/domain/sign-in-refusals.js');
const { gatewayChecks } = await load('apps/auth-gateway/dist/domain/check-catalogue.js');
const { signInErrors } = await load('apps/identity-directory/dist/domain/sign-in.errors.js');
const { signInChecks } = await load('apps/identity-directory/dist/domain/check-list.js');
const { menders } = await load('deploy/local/dist/demo/menders.js');
const { aadstsExplanations, upstreamChecks, upstreamErrors } = await load('libs/connectors/dist/index.js');

const sorted = (names) => [...names].sort((a, b) => a.localeCompare(b));
const code = (text) => `\`${text}\``;
const fixer = (refusal) => menders[refusalOf(refusal).fixedBy];

const ours = sorted(Object.keys(signInRefusals));
const ofDirectory = sorted(Object.keys(signInErrors.table)).filter((name) => !(name in signInRefusals));
const ofProviders = sorted(Object.keys(upstreamErrors.table)).filter((name) => !(name in signInRefusals));

writePage('docs/generated/reasons.md', [
  '# Reasons',
  '',
  'Every code that can stand in the record of a sign-in attempt or of a test run. Codes are stable, texts may change.',
  'The attempt’s id stands on the person’s page, in the events and in the traces (`homerealm.attempt_id`);',
  '`GET /sign-in-attempts/:attemptId` explains it.',
  '',
  '## Why a sign-in was refused',
  '',
  ...table(
    ['code', 'means', 'who mends it'],
    [
      ...ours.map((name) => [code(name), signInRefusals[name].explains, fixer(name)]),
      ...ofDirectory.map((name) => [code(name), `The directory: ${signInErrors.table[name].says}`, fixer(name)]),
    ],
  ),
  '',
  '## Why a provider did not sign somebody in',
  '',
  ...table(
    ['code', 'means', 'who mends it'],
    ofProviders.map((name) => [code(name), upstreamErrors.table[name].says, fixer(name)]),
  ),
  '',
  '## Checks',
  '',
  'An attempt holds its checks in the order they were made; the last failed one is the cause.',
  '',
  ...table(
    ['check', 'made by', 'looks at'],
    [
      ...sorted(Object.keys(gatewayChecks)).map((name) => [code(name), 'gateway', gatewayChecks[name]]),
      ...upstreamChecks.map((name) => [
        code(name),
        'connector',
        'The part of the provider’s answer that it is named after.',
      ]),
      ...sorted(signInChecks).map((name) => [
        code(name),
        'directory',
        'The row of the sign-in decision that it is named after.',
      ]),
    ],
  ),
  '',
  '## AADSTS numbers',
  '',
  'What Microsoft Entra’s own numbers mean for the admin of a connection. Nothing in the product depends on them.',
  '',
  ...table(
    ['number', 'means'],
    sorted(Object.keys(aadstsExplanations)).map((number) => [`AADSTS${number}`, aadstsExplanations[number]]),
  ),
]);
