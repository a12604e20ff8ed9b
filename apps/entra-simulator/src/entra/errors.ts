import { json, type Answer, type Exchange } from '../http/exchange.js';

type Row = { error: string; status: 400 | 401 | 404; says: string };

const row = (error: string, says: string, status: Row['status'] = 400): Row => ({ error, status, says });

/**
 * The AADSTS codes this simulator knows, each with the OAuth error it travels under. Numbers and meanings are
 * Microsoft's (identity-platform/reference-error-codes); the sentences are our own. `{names}` are filled in.
 */
export const aadsts = {
  16000: row(
    'interaction_required',
    "The account '{user}' does not exist in tenant '{tenant}' for application '{app}'.",
  ),
  28003: row('invalid_scope', "The scope '{scope}' is not valid for this grant."),
  50011: row(
    'invalid_request',
    "The redirect URI '{redirectUri}' is not one of those registered for application '{app}'.",
  ),
  50020: row(
    'interaction_required',
    "User account '{user}' from identity provider '{provider}' does not exist in tenant '{tenant}' and cannot use application '{app}' there. Invite the account as a guest first, or sign in with another one.",
  ),
  50027: row('invalid_client', 'The client assertion is not a well-formed JWT: {reason}.'),
  50034: row('interaction_required', "The user account '{user}' does not exist in the {tenant} directory."),
  50057: row('invalid_grant', 'The user account is disabled. An administrator has turned it off.'),
  50058: row('login_required', 'A silent sign-in request was sent but no user is signed in.'),
  50059: row('invalid_request', 'No tenant is named in the request and none follows from the credentials.'),
  50105: row(
    'interaction_required',
    "The administrator of '{app}' lets in only people who are assigned to it, and '{user}' is not.",
  ),
  50146: row('invalid_request', "Application '{app}' needs a signing certificate of its own and has none."),
  50126: row('invalid_grant', 'The user name or the password is wrong.'),
  50194: row(
    'unauthorized_client',
    "Application '{app}' is not configured for several tenants, so the /{segment} endpoint is not for it. Use its tenant's endpoint.",
  ),
  53003: row(
    'access_denied',
    'Access was blocked by a Conditional Access policy. The policy does not allow tokens to be issued here.',
  ),
  54005: row('invalid_grant', 'The authorization code was already redeemed. Start again for a new one.'),
  65001: row(
    'consent_required',
    "Neither the user nor an administrator has consented to application '{app}'. Send an interactive request.",
  ),
  65004: row('access_denied', 'The user declined to consent to the app.'),
  70000: row('invalid_grant', 'The provided grant is not valid: {reason}.'),
  70003: row('unsupported_grant_type', "The grant type '{grant}' is not supported."),
  70008: row('invalid_grant', 'The authorization code or refresh token has expired. Send a new interactive request.'),
  70011: row('invalid_scope', "The value of the parameter 'scope' is not valid: '{scope}'."),
  70016: row('authorization_pending', 'The authorization is still pending.'),
  75005: row('invalid_request', 'The request is not a valid SAML 2.0 protocol message.'),
  75011: row(
    'invalid_request',
    "The authentication method by which the user signed in does not match the requested one, '{method}'.",
  ),
  75016: row('invalid_request', "The request's NameIDPolicy is not valid: '{format}'."),
  76021: row('invalid_request', 'The application must sign its requests, and this one is not signed as registered.'),
  90002: row(
    'invalid_tenant',
    "Tenant '{tenant}' was not found. Check the tenant id, and that this is the right cloud.",
  ),
  90014: row('invalid_request', "The required field '{field}' is missing from the credential."),
  90023: row('invalid_request', "The value of the parameter '{field}' is not supported: '{value}'."),
  90094: row(
    'access_denied',
    "An administrator of '{tenant}' has to consent to the permissions that '{app}' asks for.",
  ),
  500113: row('invalid_request', "No reply address is registered for the application '{app}'."),
  500011: row('invalid_resource', "The resource '{resource}' was not found in the tenant '{tenant}'."),
  500112: row(
    'invalid_grant',
    'The redirect URI differs from the one given when the authorization code was requested.',
  ),
  501481: row('invalid_grant', 'The code_verifier does not match the code_challenge of the authorization request.'),
  650053: row('invalid_client', "Application '{app}' asked for the scope '{scope}', which the resource does not have."),
  700005: row(
    'invalid_grant',
    "The authorization code or refresh token was issued for tenant '{tenant}', not for this one.",
  ),
  700016: row(
    'unauthorized_client',
    "An application with the identifier '{app}' was not found in the directory '{tenant}'. It may not be installed there, or the request went to the wrong tenant.",
  ),
  700021: row('invalid_client', "The client assertion names another application than the parameter 'client_id'."),
  700023: row('invalid_client', 'The audience of the client assertion is not this token endpoint.'),
  700024: row('invalid_client', 'The client assertion is not within its time range.', 401),
  700025: row('invalid_client', 'The client is public, so it must present neither a secret nor an assertion.', 401),
  700027: row(
    'invalid_client',
    "The client assertion's signature cannot be accepted: {reason}. Thumbprint: '{thumbprint}'.",
    401,
  ),
  700054: row('unsupported_response_type', "The response_type '{value}' is not enabled for the application."),
  750054: row('invalid_request', 'SAMLRequest or SAMLResponse must be present in the query or the form.'),
  900023: row('invalid_request', "The tenant identifier '{tenant}' is neither a GUID nor a domain name."),
  900144: row('invalid_request', "The request must contain the parameter '{field}'."),
  900561: row('invalid_request', 'The endpoint accepts only POST requests; this was a {method} request.'),
  1002012: row(
    'invalid_scope',
    "The scope '{scope}' is not valid: client credentials need a resource followed by /.default.",
  ),
  7000215: row(
    'invalid_client',
    "The client secret is wrong. Send the secret's value, not the secret's id, for application '{app}'.",
    401,
  ),
  7000218: row('invalid_client', "The request body must contain 'client_assertion' or 'client_secret'.", 401),
  7000222: row('invalid_client', "The client secrets of application '{app}' have expired. Create a new one.", 401),
  7500529: row('invalid_request', "The value '{id}' is not a valid SAML ID: it must not begin with a digit."),
  9000411: row('invalid_request', "The parameter '{field}' is given more than once."),
  9002313: row('invalid_grant', 'The request is malformed or not valid: {reason}.'),
  9002325: row('invalid_request', 'Proof Key for Code Exchange is required here.'),
  9002332: row(
    'unauthorized_client',
    "Application '{app}' is for work accounts only; the /consumers endpoint is not for it.",
  ),
} as const satisfies Record<number, Row>;
export type Aadsts = keyof typeof aadsts;

/** A refusal by the simulated cloud, known by its AADSTS number. */
export class EntraError extends Error {
  readonly error: string;
  readonly status: number;
  readonly sub: string | undefined;

  constructor(
    readonly code: Aadsts,
    details: Record<string, string> = {},
    /** The `suberror` or `error_subcode` beside it, and another OAuth error where the endpoint has its own. */
    also: { sub?: string; error?: string } = {},
  ) {
    const { says, error, status } = aadsts[code];
    super(says.replace(/\{(\w+)\}/g, (_, name: string) => details[name] ?? name));
    this.error = also.error ?? error;
    this.sub = also.sub;
    this.status = status;
  }
}

/** The description as Entra writes it: number, sentence, and what support would ask for. */
export function describe(error: EntraError, exchange: Exchange, now: Date): string {
  const { traceId, correlationId } = exchange;
  return `AADSTS${error.code}: ${error.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${stamp(now)}`;
}

/** Entra's error document. */
export function errorAnswer(error: EntraError, exchange: Exchange, origin: string, now = new Date()): Answer {
  return json(error.status, {
    error: error.error,
    error_description: describe(error, exchange, now),
    error_codes: [error.code],
    timestamp: stamp(now),
    trace_id: exchange.traceId,
    correlation_id: exchange.correlationId,
    error_uri: `${origin}/error?code=${error.code}`,
    ...(error.sub ? { suberror: error.sub } : {}),
  });
}

/** `2026-11-22 07:30:00Z`, Entra's way of writing a time. */
function stamp(now: Date): string {
  return now
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}
