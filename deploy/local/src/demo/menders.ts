import type { Attempt } from './attempts.js';

/** Who mends what refused a sign-in, in words. */
export const menders: Record<NonNullable<Attempt['explanation']>['fixedBy'], string> = {
  person: 'the person, by trying again',
  'connection-admin': 'the admin of the connection',
  operator: 'the operator',
  application: 'the developer of the application',
  provider: 'the provider',
  nobody: 'nobody needs to',
};
