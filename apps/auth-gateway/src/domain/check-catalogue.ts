/**
 * The checks that the gateway itself writes into attempts, with what each looks at. Those of the providers' connectors
 * and of the directory stand beside the code that makes them; the page of reasons lists all.
 */
export const gatewayChecks = {
  'discovery.connection-was-named': 'Whether the connection the application named is there.',
  'discovery.domain-has-connection': 'Whether the domain of the address leads to a connection.',
  'connection.is-known': 'Whether the gateway knows the connection at this moment.',
  'connection.is-enabled': 'Whether the connection is enabled. Not asked in a test run.',
  'connection.is-for-application': 'Whether the connection is enabled for this application. Not asked in a test run.',
  'application.takes-connection': 'Whether the application lets people in through this connection.',
  'application.takes-own-sign-in': 'Whether the application lets people in without a connection.',
  'organization.is-well-formed': 'Whether what was asked for with org_code is an organization’s id.',
  'connection.is-for-organization': 'Whether the connection signs people in to the organization asked for.',
  'connection.authority-is-listed': 'Whether the upstream host is on the operator’s list.',
  'connection.tenant-is-allowed': 'Whether the tenant (or issuer) of the proved account is one of the connection’s.',
  'own-sign-in.is-allowed': 'Whether the environment lets people in by a code of ours.',
  'sign-in.is-fresh': 'Whether the sign-in came back in time.',
  'sign-in.transaction-is-ours':
    'Whether the provider’s answer belongs to a sign-in of this browser, and is used once.',
  'sign-in.interaction-is-open': 'Whether the application’s request was still open at the end.',
  'upstream.params-are-allowed': 'Whether all parameters of the connection may be sent to the provider.',
  'upstream.could-begin': 'Whether the address at the provider could be made.',
  'upstream.answer-was-verified': 'Whether the provider’s answer could be looked at at all.',
  'directory.answered': 'Whether the identity directory answered in time.',
  'email.asked-for': 'The provider gave no email; the person was asked for one, and proved it.',
  'code.sent': 'Whether a code was sent.',
  'code.tries-are-left': 'Whether the code could still be tried.',
  'code.right': 'Whether the code was the one we sent.',
  'user.is-active': 'For sessions and tokens: whether the user is neither suspended nor deleted.',
  'user.has-identity': 'For sessions and tokens: whether the identity signed in with is still the user’s.',
  'organization.is-active': 'For sessions and tokens: whether the organization is neither suspended nor deleted.',
  'organization.has-member': 'For sessions and tokens: whether the user is still a member.',
  'session.is-young-enough': 'For sessions and tokens: whether the sign-in is as young as the application wants it.',
  'session.is-for-organization': 'For sessions: whether it is for the organization asked for.',
  'session.is-through-connection': 'For sessions: whether it came through the connection asked for.',
} as const;
