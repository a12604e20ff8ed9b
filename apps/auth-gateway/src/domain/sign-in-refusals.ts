import type { ErrorKind } from '@homerealm/domain';

/** Who can make the next try succeed. */
export type FixedBy = 'person' | 'connection-admin' | 'operator' | 'application' | 'provider' | 'nobody';

/** What the person reads. Each stands for many reasons on purpose: the page must not tell them apart. */
export type PageText =
  | 'try-again'
  | 'ask-your-admin'
  | 'other-organization'
  | 'not-now'
  | 'start-again'
  | 'no-way-in'
  | 'too-many-codes'
  | 'company-not-approved';

export type Refusal = {
  kind: ErrorKind;
  shows: PageText;
  /** For the admin who looks the attempt up. */
  explains: string;
  fixedBy: FixedBy;
};

/** Why the gateway itself refuses a sign-in. Upstream's and the directory's codes come with their own explanations. */
export const signInRefusals = {
  'connection.unknown': {
    kind: 'not-found',
    shows: 'ask-your-admin',
    explains: 'The application named a connection that does not exist, or that was deleted meanwhile.',
    fixedBy: 'application',
  },
  'connection.not-enabled': {
    kind: 'forbidden',
    shows: 'ask-your-admin',
    explains: 'The connection is a draft or disabled. Enable it to let people sign in through it.',
    fixedBy: 'connection-admin',
  },
  'connection.other-application': {
    kind: 'forbidden',
    shows: 'ask-your-admin',
    explains: 'The connection is not enabled for this application.',
    fixedBy: 'connection-admin',
  },
  'application.other-connections': {
    kind: 'forbidden',
    shows: 'ask-your-admin',
    explains: 'The application has a list of connections it signs people in through, and this one is not on it.',
    fixedBy: 'application',
  },
  'connection.other-organization': {
    kind: 'forbidden',
    shows: 'other-organization',
    explains: 'The application asked for one organization with org_code, but the connection belongs to another.',
    fixedBy: 'application',
  },
  'connection.authority-not-listed': {
    kind: 'forbidden',
    shows: 'ask-your-admin',
    explains: 'The upstream host of the connection is not on the operator’s list ENTRA_AUTHORITIES.',
    fixedBy: 'operator',
  },
  'connection.tenant-not-allowed': {
    kind: 'forbidden',
    shows: 'company-not-approved',
    explains:
      'The person proved an account of a tenant that this connection does not sign in. With the common endpoint, the tenant waits for an admin to approve it.',
    fixedBy: 'connection-admin',
  },
  'connection.credential-missing': {
    kind: 'unavailable',
    shows: 'ask-your-admin',
    explains:
      'The connection has no usable credential here: none was saved, all expired, or the sealing key is not held.',
    fixedBy: 'connection-admin',
  },
  'discovery.other-organization': {
    kind: 'forbidden',
    shows: 'other-organization',
    explains: 'The domain of the address leads to a connection of another organization than the one asked for.',
    fixedBy: 'person',
  },
  'discovery.no-way-in': {
    kind: 'not-found',
    shows: 'no-way-in',
    explains: 'No connection that this application may use has the domain of the address as a home realm domain.',
    fixedBy: 'connection-admin',
  },
  'own-sign-in.not-allowed': {
    kind: 'forbidden',
    shows: 'no-way-in',
    explains:
      'The environment’s policies do not let people sign in this way, or no mail server or SMS provider is set up.',
    fixedBy: 'operator',
  },
  'code.too-many-tries': {
    kind: 'limited',
    shows: 'too-many-codes',
    explains:
      'Too many wrong codes within an hour, for this email, phone or username or from this network (CODE_TRIES_PER_…).',
    fixedBy: 'person',
  },
  'sign-in.no-interaction': {
    kind: 'gone',
    shows: 'start-again',
    explains: 'The application’s sign-in request is too old, is already answered, or was started in another browser.',
    fixedBy: 'person',
  },
  'sign-in.transaction-unknown': {
    kind: 'invalid',
    shows: 'start-again',
    explains: 'The provider’s answer belongs to no sign-in that was started here, or to one from long ago.',
    fixedBy: 'person',
  },
  'sign-in.transaction-used': {
    kind: 'invalid',
    shows: 'start-again',
    explains: 'The provider’s answer was used before: the back button, a reload, or a replay.',
    fixedBy: 'person',
  },
  'sign-in.transaction-expired': {
    kind: 'gone',
    shows: 'start-again',
    explains: 'More than ten minutes went by between leaving for the provider and coming back.',
    fixedBy: 'person',
  },
  'sign-in.transaction-not-this-browser': {
    kind: 'forbidden',
    shows: 'start-again',
    explains: 'The sign-in was started in another browser, or the browser sent no cookie. Nobody was signed in.',
    fixedBy: 'person',
  },
  'sign-in.transaction-other-connection': {
    kind: 'forbidden',
    shows: 'start-again',
    explains:
      'The answer to a sign-in of one connection arrived at the callback address of another (mix-up). Nobody was signed in.',
    fixedBy: 'connection-admin',
  },
  'sign-in.answer-too-large': {
    kind: 'invalid',
    shows: 'try-again',
    explains: 'The provider posted more than an answer can have. It was not read, and no attempt was recorded.',
    fixedBy: 'provider',
  },
  'sign-in.too-many': {
    kind: 'limited',
    shows: 'not-now',
    explains: 'One network address tried too often within a minute (SIGN_IN_LIMIT_PER_ADDRESS).',
    fixedBy: 'person',
  },
  'sign-in.abandoned': {
    kind: 'gone',
    shows: 'start-again',
    explains: 'The person was sent to the provider, or was sent a code, and did not come back within ten minutes.',
    fixedBy: 'person',
  },
  'sign-in.interrupted': {
    kind: 'unavailable',
    shows: 'try-again',
    explains:
      'The provider’s answer arrived, but the gateway was stopped before it could finish. Nobody was signed in.',
    fixedBy: 'nobody',
  },
  'directory.unavailable': {
    kind: 'unavailable',
    shows: 'not-now',
    explains: 'The identity directory did not answer in time. The provider had vouched for the person.',
    fixedBy: 'operator',
  },
  'upstream.unavailable': {
    kind: 'upstream',
    shows: 'not-now',
    explains: 'The provider could not be reached, or took too long. Other connections are not affected.',
    fixedBy: 'connection-admin',
  },
  'upstream.broken': {
    kind: 'upstream',
    shows: 'try-again',
    explains: 'The provider’s answer could not be processed. Nobody was signed in.',
    fixedBy: 'connection-admin',
  },
  'user.not-provisioned': {
    kind: 'forbidden',
    shows: 'ask-your-admin',
    explains: 'Nobody in the directory has this account, and the connection does not create users.',
    fixedBy: 'connection-admin',
  },
  'user.suspended': {
    kind: 'forbidden',
    shows: 'ask-your-admin',
    explains: 'The user is suspended.',
    fixedBy: 'connection-admin',
  },
  'user.other-enterprise-identity': {
    kind: 'conflict',
    shows: 'ask-your-admin',
    explains:
      'The email belongs to a user who already has an enterprise identity of another account. An admin decides.',
    fixedBy: 'connection-admin',
  },
  'user.identity-removed': {
    kind: 'forbidden',
    shows: 'ask-your-admin',
    explains: 'The identity that this person signed in with was removed from the user.',
    fixedBy: 'connection-admin',
  },
  'session.too-old': {
    kind: 'forbidden',
    shows: 'start-again',
    explains:
      'The sign-in is older than the application (sessionSeconds, refreshSeconds) or the organization (sessionSeconds) takes. A new one is asked for.',
    fixedBy: 'person',
  },
  'session.other-organization': {
    kind: 'forbidden',
    shows: 'start-again',
    explains: 'The session is for another organization than the application asks for. A new sign-in is asked for.',
    fixedBy: 'person',
  },
  'session.other-connection': {
    kind: 'forbidden',
    shows: 'start-again',
    explains: 'The session came through another connection than the application asks for. A new sign-in is asked for.',
    fixedBy: 'person',
  },
  'organization.suspended': {
    kind: 'forbidden',
    shows: 'ask-your-admin',
    explains: 'The organization is suspended: nobody signs in to it.',
    fixedBy: 'operator',
  },
  'user.enterprise-only': {
    kind: 'forbidden',
    shows: 'ask-your-admin',
    explains: 'The user signs in with a company account only; nothing of our own signs them in.',
    fixedBy: 'person',
  },
  'username.taken': {
    kind: 'conflict',
    shows: 'try-again',
    explains: 'Somebody else has the username that was chosen.',
    fixedBy: 'person',
  },
  'username.invalid': {
    kind: 'invalid',
    shows: 'try-again',
    explains: 'The username has other characters or another length than usernames have.',
    fixedBy: 'person',
  },
  'organization.connection-mismatch': {
    kind: 'forbidden',
    shows: 'other-organization',
    explains: 'The connection belongs to another organization than the one asked for.',
    fixedBy: 'application',
  },
  'organization.not-found': {
    kind: 'not-found',
    shows: 'ask-your-admin',
    explains: 'The directory knows no organization with the id that was asked for.',
    fixedBy: 'application',
  },
  'organization.unknown': {
    kind: 'not-found',
    shows: 'ask-your-admin',
    explains: 'The application asked with org_code for something that is no organization’s id.',
    fixedBy: 'application',
  },
  'organization.not-a-member': {
    kind: 'forbidden',
    shows: 'ask-your-admin',
    explains:
      'The user is not a member of the organization asked for, and the connection does not join members by itself.',
    fixedBy: 'connection-admin',
  },
} as const satisfies Record<string, Refusal>;

export type SignInRefusalCode = keyof typeof signInRefusals;

/** Upstream's codes are many; who mends them and what the person reads depends on a few words in them. */
const upstreamRefusals: readonly [RegExp, Omit<Refusal, 'explains'>][] = [
  // Documents. What the two sides have configured differently comes first, then what another try mends.
  [
    /(destination|recipient)-mismatch$|(object|signature|encryption|in-response-to)-missing$|subject-transient$|attribute-doubled$|decryption-failed$|encryption-refused$|status-refused$|sign-out-refused$/,
    { kind: 'upstream', shows: 'ask-your-admin', fixedBy: 'connection-admin' },
  ],
  [/in-response-to-mismatch$|assertion-replayed$/, { kind: 'invalid', shows: 'start-again', fixedBy: 'person' }],
  [/document-|assertion-count$|assertion-malformed$/, { kind: 'invalid', shows: 'try-again', fixedBy: 'provider' }],
  [/unreachable$|aborted$/, { kind: 'upstream', shows: 'not-now', fixedBy: 'provider' }],
  [/cancelled$/, { kind: 'forbidden', shows: 'try-again', fixedBy: 'person' }],
  [
    /(state|nonce|callback|code-refused|connection-mismatch)/,
    { kind: 'invalid', shows: 'try-again', fixedBy: 'person' },
  ],
  [/tenant-not-allowed$/, { kind: 'forbidden', shows: 'company-not-approved', fixedBy: 'connection-admin' }],
  [/(credentials|param-)/, { kind: 'forbidden', shows: 'ask-your-admin', fixedBy: 'connection-admin' }],
  [/authority-/, { kind: 'forbidden', shows: 'ask-your-admin', fixedBy: 'operator' }],
  [/provider-error$|token-refused$/, { kind: 'upstream', shows: 'ask-your-admin', fixedBy: 'connection-admin' }],
  [/./, { kind: 'upstream', shows: 'try-again', fixedBy: 'provider' }],
];

/** The row of a code. Codes that other parts bring and that have no row of their own are judged by their family. */
export function refusalOf(code: string): Refusal {
  if (Object.hasOwn(signInRefusals, code)) return signInRefusals[code as SignInRefusalCode];
  if (!code.startsWith('upstream.')) {
    return { ...signInRefusals['user.not-provisioned'], explains: 'The identity directory refused this person.' };
  }
  const row = upstreamRefusals.find(([pattern]) => pattern.test(code))?.[1] ?? signInRefusals['upstream.broken'];
  return { ...row, explains: 'The provider did not sign this person in.' };
}

/** The code the person's browser may see: what the directory knows about accounts stays inside. */
export function publicCode(code: string): string {
  return /^(sign-in|own-sign-in|code|application|connection|discovery|upstream|directory)\./.test(code)
    ? code
    : 'sign-in.refused';
}
