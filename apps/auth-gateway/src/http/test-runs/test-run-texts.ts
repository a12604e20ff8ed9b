import type { FixedBy } from '../../domain/sign-in-refusals.js';

/** Everything an admin reads who tries a connection out. */
export const testRunTexts = {
  passed: 'The test sign-in worked',
  failed: 'The test sign-in failed',
  nothingHappened: 'This was a test: nobody was signed in, and nothing was written to the directory.',
  mayEnable: 'The connection can be enabled now, as long as it stays as it is.',
  notSaved: 'This result could not be stored with the connection. Please run the test again.',
  over: {
    title: 'This test is over',
    says: 'The link of a test sign-in works once and for a short time. Its result stands with the connection; start another test there.',
  },
  code: 'Code',
  run: 'Test run',
  fixedBy: 'Who can mend it',
  fixers: {
    person: 'you, by trying again',
    'connection-admin': 'the admin of the connection, here or in the app registration',
    operator: 'the operator of this deployment',
    application: 'the developer of the application',
    provider: 'the provider',
    nobody: 'nobody needs to: try again',
  } satisfies Record<FixedBy, string>,
  provider: 'What the provider said',
  checks: 'Checks, in order',
  outcomes: { passed: 'passed', failed: 'failed', skipped: 'skipped' },
  difference: 'What a real sign-in would do',
  changes: {
    matched: 'The user is known: signed in as they are.',
    bound: 'A user who was expected (imported or added) would be bound to this account.',
    linked: 'This account would be linked to a user who is there already.',
    created: 'A new user would be created.',
  },
  adds: (types: string) => `Identities added: ${types}.`,
  removes: (types: string) => `Identities removed: ${types}.`,
  verifies: (types: string) => `Identities verified: ${types}.`,
  profile: (fields: string) => `Profile fields that change: ${fields}.`,
  joins: (organization: string) => `Becomes a member of ${organization}.`,
  groups: {
    complete: (count: number) => `Groups: ${count}, the set is complete.`,
    unknown: 'Groups: unknown. Tokens would say so, and nobody would lose a group.',
    none: 'Groups: the connection does not ask for them.',
  },
  claims: 'Your claims. They are shown here only, and stored nowhere.',
  accessToken: 'Access token',
  idToken: 'ID token',
};
