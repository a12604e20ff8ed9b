/**
 * Our own authorize parameters whose value a connection may pass on upstream. Everything else an application sends
 * stays with us.
 */
export const upstreamParamAliases = ['login_hint', 'prompt', 'ui_locales', 'domain_hint'] as const;
export type UpstreamParamAlias = (typeof upstreamParamAliases)[number];

/** Parameters of the protocols themselves: set by us alone, or able to change where and how an answer comes back. */
const reserved: ReadonlySet<string> = new Set([
  // The request as we build it (OpenID Connect Core §3.1.2.1, RFC 7636, RFC 9101, RFC 9126, RFC 8707, RFC 9396).
  'client_id',
  'redirect_uri',
  'state',
  'nonce',
  'scope',
  'code',
  'request',
  'request_uri',
  'request_object',
  'claims',
  'resource',
  'audience',
  'authorization_details',
  'registration',
  'dpop_jkt',
  'web_message_uri',
  'web_message_target',
  // The token request, should the same list ever be sent there.
  'grant_type',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'assertion',
  'requested_token_use',
  'refresh_token',
  'device_code',
  'password',
  // The answer.
  'iss',
  'error',
  'error_description',
  'error_uri',
  'session_state',
  'token',
  'access_token',
  'id_token',
  'token_type',
  'expires_in',
  // Logout and Entra's choice of another policy or tenant.
  'id_token_hint',
  'logout_hint',
  'post_logout_redirect_uri',
  'p',
  'tenant',
  'admin_consent',
  // SAML and WS-Federation.
  'samlrequest',
  'samlresponse',
  'samlart',
  'samlencoding',
  'relaystate',
  'sigalg',
  'signature',
  'wa',
  'wtrealm',
  'wreply',
  'wctx',
  'wresult',
  'wresultptr',
  'wreq',
  'wreqptr',
  'wp',
  'wct',
  'wres',
  'wattr',
  'wpseudo',
  'wencoding',
]);
const reservedFamilies = /^(response_|code_|client_|request_|id_token_)/;

/**
 * Judges the name of a parameter that a connection wants to send upstream. Checked when a connection is saved and
 * again when the request is built.
 * @returns `malformed` when it is no parameter name (64 characters of letters, digits, `_`, `-`, `.`, a letter
 *   first), `reserved` when the protocol owns it (ignoring case), else `allowed`
 */
export function judgeUpstreamParam(name: string): 'allowed' | 'reserved' | 'malformed' {
  if (!/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(name)) return 'malformed';
  const plain = name.toLowerCase();
  return reserved.has(plain) || reservedFamilies.test(plain) ? 'reserved' : 'allowed';
}

/** Whether a fixed text may be sent as a parameter's value: 1–256 characters, no control characters. */
export function isUpstreamParamValue(value: string): boolean {
  return value.length > 0 && value.length <= 256 && !/[\p{Cc}\p{Cs}]/u.test(value);
}
