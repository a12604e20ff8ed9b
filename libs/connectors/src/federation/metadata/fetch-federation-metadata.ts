import { Refusal } from '../../check-list.js';
import { UpstreamHttpError } from '../../http/upstream-http.error.js';
import type { UpstreamHttp } from '../../http/upstream-http.js';
import { asDomainError } from '../../outcome.js';
import { isRefusedAddress } from '../../provider-cache.js';
import { answerLimits } from '../xml/document-limits.js';

/**
 * Where Entra publishes the metadata of a tenant: with the id of an application, the one that names the certificates
 * this application's assertions are signed with.
 */
export function entraMetadataUrl(of: { authority: string; tenantId: string; clientId: string | null }): string {
  const { authority, tenantId, clientId } = of;
  const query = clientId === null ? '' : `?appid=${encodeURIComponent(clientId)}`;
  return `${authority}/${tenantId.toLowerCase()}/FederationMetadata/2007-06/FederationMetadata.xml${query}`;
}

/**
 * Fetches a metadata document as text. The client decides which addresses it goes to.
 * @throws DomainError `upstream.metadata-unreachable`, `upstream.metadata-invalid`, `upstream.address-refused`
 */
export async function fetchFederationMetadata(http: UpstreamHttp, url: string): Promise<string> {
  try {
    return await fetchMetadata(http, url);
  } catch (error) {
    throw asDomainError(error);
  }
}

/** The same inside of a sign-in. @throws Refusal */
export async function fetchMetadata(http: UpstreamHttp, url: string): Promise<string> {
  const headers = { accept: 'application/samlmetadata+xml, application/xml, text/xml' };
  const { maxBytes } = answerLimits;
  const { status, bytes } = await http.request(url, { headers, maxBytes }).catch((error: unknown) => {
    throw failed(error instanceof UpstreamHttpError ? error : new UpstreamHttpError('unreachable'));
  });
  if (status !== 200) throw failed(new UpstreamHttpError('unreachable', status));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal('upstream.metadata', 'upstream.metadata-invalid', { problem: 'encoding' });
  }
}

function failed({ problem, status }: UpstreamHttpError): Refusal {
  const details = { problem, ...(status === undefined ? {} : { status }) };
  if (isRefusedAddress(problem)) return new Refusal('upstream.metadata', 'upstream.address-refused', details);
  const broken = problem === 'too-large' || problem === 'redirected';
  const code = broken ? 'upstream.metadata-invalid' : 'upstream.metadata-unreachable';
  return new Refusal('upstream.metadata', code, details);
}
