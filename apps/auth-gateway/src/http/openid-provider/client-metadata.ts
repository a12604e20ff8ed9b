import { randomBytes } from 'node:crypto';
import type { AdapterPayload } from 'oidc-provider';
import { type Application, usesSecrets } from '../../domain/application.js';

/**
 * The library insists that a client with secret authentication has a secret, but secrets are kept as hashes and compared
 * by `SecretComparison`. This text stands in; nobody knows it and nothing compares with it.
 */
const standIn = randomBytes(32).toString('base64url');

/** An application in the library's words. */
export function toClientMetadata(application: Application): AdapterPayload {
  const signsPeopleIn = application.grantTypes.includes('authorization_code');
  return {
    client_id: application.id,
    client_name: application.name,
    application_type: application.type === 'native' ? 'native' : 'web',
    redirect_uris: [...application.redirectUris],
    post_logout_redirect_uris: [...application.postLogoutRedirectUris],
    grant_types: [...application.grantTypes],
    response_types: signsPeopleIn ? ['code'] : [],
    token_endpoint_auth_method: application.tokenEndpointAuthMethod,
    id_token_signed_response_alg: application.idTokenSignedResponseAlg,
    ...(application.backchannelLogoutUri && {
      ...{ backchannel_logout_uri: application.backchannelLogoutUri, backchannel_logout_session_required: true },
    }),
    ...(usesSecrets(application) && { client_secret: standIn }),
    ...(application.jwks && { jwks: application.jwks }),
  };
}
