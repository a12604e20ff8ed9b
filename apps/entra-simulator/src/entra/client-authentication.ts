import { X509Certificate, createHash, timingSafeEqual } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { App } from '../directory/model.js';
import type { Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { EntraError } from './errors.js';
import { issuerOf, type Realm } from './tenant-segment.js';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The client id, from the form or from HTTP Basic; with Basic, the secret too. */
export function readClient(exchange: Exchange): { clientId: string; secret: string | undefined } {
  const { form, headers } = exchange;
  const basic = /^Basic\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const [id = '', ...rest] = basic ? Buffer.from(basic, 'base64').toString('utf8').split(':') : [];
  const clientId = form.get('client_id') ?? decodeFormPart(id);
  const secret = form.get('client_secret') ?? (basic ? decodeFormPart(rest.join(':')) : undefined);
  if (!clientId && form.has('client_assertion'))
    return { clientId: subjectOf(form.get('client_assertion') ?? ''), secret };
  if (!clientId) throw new EntraError(900144, { field: 'client_id' });
  return { clientId: clientId.toLowerCase(), secret };
}

/**
 * Whether the caller is the application it says it is: a secret, or an assertion signed with a registered certificate.
 * @throws EntraError 7000215, 7000222, 7000218, 700025 and those of assertions (700021, 700023, 700024, 700027, 50027)
 */
export async function authenticateClient(
  app: App,
  secret: string | undefined,
  realm: Realm,
  exchange: Exchange,
  simulation: Simulation,
): Promise<void> {
  const assertion = exchange.form.get('client_assertion');
  if (app.publicClient) {
    if (secret || assertion) throw new EntraError(700025);
    return;
  }
  if (assertion && exchange.form.get('client_assertion_type') === assertionType) {
    return checkAssertion(assertion, app, realm, simulation);
  }
  if (!secret) throw new EntraError(7000218);
  checkSecret(app, secret, simulation);
}

function checkSecret(app: App, secret: string, { now }: Simulation): void {
  const found = app.secrets.find(({ value }) => sameText(value, secret));
  if (!found) throw new EntraError(7000215, { app: app.clientId });
  const over = found.expiresAt !== undefined && Date.parse(found.expiresAt) <= now() * 1000;
  if (over) throw new EntraError(7000222, { app: app.clientId });
}

/** `private_key_jwt` with a certificate: PS256 with `x5t#S256`, or the older RS256 with either thumbprint. */
async function checkAssertion(assertion: string, app: App, realm: Realm, simulation: Simulation): Promise<void> {
  const { certificate, thumbprint } = registeredCertificate(assertion, app);
  const { segment } = realm;
  const names = [segment, realm.tenant?.id ?? segment, ...(realm.tenant?.domains ?? [])];
  const audience = names.flatMap((name) => [
    `${simulation.origin}/${name}/oauth2/v2.0/token`,
    issuerOf(simulation.origin, name),
  ]);
  try {
    const { payload } = await jwtVerify(assertion, certificate.publicKey, {
      algorithms: ['PS256', 'RS256'],
      audience,
      requiredClaims: ['exp', 'sub', 'iss'],
      clockTolerance: 300,
    });
    if (payload.iss !== app.clientId || payload.sub !== app.clientId) throw new EntraError(700021);
  } catch (error) {
    throw error instanceof EntraError ? error : refusalOf(error, thumbprint);
  }
}

function registeredCertificate(assertion: string, app: App): { certificate: X509Certificate; thumbprint: string } {
  const header = headerOf(assertion);
  const thumbprint = String(header['x5t#S256'] ?? header.x5t ?? '');
  if (header.alg === 'PS256' && !header['x5t#S256'])
    throw new EntraError(700027, { reason: 'x5t#S256 is missing', thumbprint });
  const certificate = app.certificates
    .map((pem) => new X509Certificate(pem))
    .find(({ raw }) => [digest('sha256', raw), digest('sha1', raw)].includes(thumbprint));
  if (!certificate)
    throw new EntraError(700027, { reason: 'the certificate is not registered on the application', thumbprint });
  return { certificate, thumbprint };
}

function refusalOf(error: unknown, thumbprint: string): EntraError {
  if (error instanceof errors.JWTExpired) return new EntraError(700024);
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return new EntraError(700023);
    if (error.claim === 'nbf') return new EntraError(700024);
    return new EntraError(50027, { reason: `the claim ${error.claim} is missing or wrong` });
  }
  return new EntraError(700027, { reason: 'the signature does not fit the certificate', thumbprint });
}

function headerOf(assertion: string): Record<string, unknown> {
  try {
    return decodeProtectedHeader(assertion);
  } catch {
    throw new EntraError(50027, { reason: 'its header cannot be read' });
  }
}

function subjectOf(assertion: string): string {
  try {
    return String(decodeJwt(assertion).sub ?? '').toLowerCase();
  } catch {
    throw new EntraError(50027, { reason: 'its claims cannot be read' });
  }
}

function digest(algorithm: 'sha1' | 'sha256', data: Buffer): string {
  return createHash(algorithm).update(data).digest('base64url');
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** RFC 6749 §2.3.1: the parts of Basic credentials are form-encoded; what is not, is taken as it stands. */
function decodeFormPart(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
