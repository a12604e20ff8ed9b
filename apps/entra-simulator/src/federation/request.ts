import type { App } from '../directory/model.js';
import { EntraError } from '../entra/errors.js';
import { requireAppIn, type Realm } from '../entra/tenant-segment.js';
import type { Directory } from '../directory/directory.js';
import type { nameIdFormats } from './names.js';

/** What an application asked for by SAML or WS-Federation, checked. */
export type FederatedRequest = {
  door: 'saml' | 'wsfed';
  /** Who speaks: Entra, or the ADFS of the app's company. */
  voice: 'entra' | 'adfs';
  clientId: string;
  /** The identifier the app used for itself: entity ID or realm. Its assertions' audience. */
  identifier: string;
  replyUrl: string;
  /** RelayState or wctx. */
  context?: string | undefined;
  /** SAML only; missing where nobody asked. */
  requestId?: string | undefined;
  nameIdFormat?: keyof typeof nameIdFormats | undefined;
  /** As of an OpenID request, so that the same pages and rules serve both. */
  prompt?: 'login' | undefined;
  passive: boolean;
  loginHint?: string | undefined;
  domainHint?: string | undefined;
};

/** A sign-in by these doors that waits for its person. */
export type PendingFederation = { request: FederatedRequest; realm: Realm };

/** The app that calls itself this. @throws EntraError 700016 and those of `requireAppIn` */
export function requireAppBy(identifier: string, realm: Realm, directory: Directory): App {
  const app = directory.listApps().find(({ identifierUris }) => identifierUris.includes(identifier));
  const named = app ?? directory.findApp(identifier.replace(/^spn:/, ''));
  const tenant = realm.tenant?.displayName ?? 'Microsoft Services';
  if (!named) throw new EntraError(700016, { app: identifier, tenant });
  return requireAppIn(realm, named.clientId, directory);
}

/** The reply address asked for, or the app's first. @throws EntraError 50011, 500113 */
export function requireReplyUrl(app: App, wanted: string | null | undefined): string {
  const [first] = app.samlReplyUrls;
  if (wanted && !app.samlReplyUrls.includes(wanted)) {
    throw new EntraError(50011, { redirectUri: wanted, app: app.clientId });
  }
  if (!first) throw new EntraError(500113, { app: app.clientId });
  return wanted ?? first;
}
