import type { UpstreamProtocol } from '../upstream-protocol.js';
import { genericOidc } from './generic-oidc.js';
import { createGithubProtocol } from './github.js';
import { google } from './google.js';
import { linkedin } from './linkedin.js';
import { microsoft } from './microsoft.js';
import { createOidcProtocol, type SocialProtocolOptions } from './oidc-protocol.js';
import type { SocialConnection } from './social-connection.js';

/** One connector for each kind of provider that is known by its issuer. */
export type SocialProtocols = Record<SocialConnection['strategy'], UpstreamProtocol<SocialConnection>>;

/** All of them over one client, which must reach public addresses only. They keep metadata and keys for a process. */
export function createSocialProtocols(options: SocialProtocolOptions): SocialProtocols {
  return {
    google: createOidcProtocol(google, options),
    linkedin: createOidcProtocol(linkedin, options),
    microsoft: createOidcProtocol(microsoft, options),
    oidc: createOidcProtocol(genericOidc, options),
    github: createGithubProtocol(options),
  };
}
