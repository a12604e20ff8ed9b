import { defineErrors } from '@homerealm/domain';

/** Every refusal that has to do with test sign-ins. */
export const testRunErrors = defineErrors({
  'test-run.not-found': { kind: 'not-found', says: 'This connection has no test run with this id.' },
  /** Not a 403: whoever may run tests may ask; there only is no such link. */
  'test-run.ticket-invalid': {
    kind: 'not-found',
    says: 'The link of this test run is not the one that was given out.',
  },
  'test-run.used': { kind: 'conflict', says: 'The link was opened before; it works once. Ask for another test run.' },
  'test-run.expired': { kind: 'gone', says: 'The test run took too long. Ask for another one.' },
  'test-run.outdated': {
    kind: 'conflict',
    says: 'The connection was changed since this test run was asked for. Ask for another one.',
  },
  'test-run.not-running': { kind: 'conflict', says: 'A report is taken once, from a test run that has begun.' },
});
