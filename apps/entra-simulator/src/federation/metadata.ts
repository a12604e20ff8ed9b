import { randomUUID } from 'node:crypto';
import { EntraError } from '../entra/errors.js';
import { realmOf, requireAppIn } from '../entra/tenant-segment.js';
import { publishMetadata } from '../faults/federation-metadata.faults.js';
import type { Answer, Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import { bare, type AppCertificate } from './certificates.js';
import { issuerOf } from './draft.js';
import { claimTypes, ns } from './names.js';
import { signXml } from './sign-xml.js';
import { xml, type Xml } from './xml.js';

const redirectBinding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const postBinding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';

/** `GET /{tenant}/FederationMetadata/2007-06/FederationMetadata.xml`; with `?appid=` that of one application's certificates. */
export async function federationMetadata(exchange: Exchange, simulation: Simulation): Promise<Answer> {
  const { directory, certificates, origin } = simulation;
  const realm = realmOf(exchange.path.tenant ?? '', directory);
  exchange.tenantSegment = realm.segment;
  if (realm.tenant) exchange.tenantId = realm.tenant.id;
  const appId = exchange.url.searchParams.get('appid');
  if (appId) exchange.clientId = appId;
  const signing = appId ? await certificates.of(requireAppIn(realm, appId, directory)) : certificates.ofCloud();
  const document = writeMetadata({
    entityId: issuerOf('entra', realm.tenant?.id ?? '{tenantid}', origin),
    certificates: signing,
    passive: `${origin}/${realm.segment}/wsfed`,
    saml: `${origin}/${realm.segment}/saml2`,
  });
  return publishMetadata(document, exchange, simulation);
}

/** `GET /FederationMetadata/2007-06/FederationMetadata.xml`: that of ADFS. */
export function adfsMetadata(exchange: Exchange, simulation: Simulation): Answer {
  const { certificates, origin } = simulation;
  const document = writeMetadata({
    entityId: issuerOf('adfs', '', origin),
    certificates: certificates.ofCloud(),
    passive: `${origin}/adfs/ls/`,
    saml: `${origin}/adfs/ls/`,
  });
  return publishMetadata(document, exchange, simulation);
}

type Described = { entityId: string; certificates: AppCertificate[]; passive: string; saml: string };

/** Both roles in one document: security token service of WS-Federation, identity provider of SAML. Signed. */
function writeMetadata({ entityId, certificates, passive, saml }: Described): string {
  const shown = certificates.filter(({ published }) => published);
  const [signer] = certificates;
  if (!signer) throw new EntraError(50146, { app: entityId });
  const keys = shown.map(keyDescriptor);
  const document = xml`
    <EntityDescriptor xmlns="${ns.metadata}" ID="_${randomUUID()}" entityID="${entityId}">
      <RoleDescriptor xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="${ns.federation}" xsi:type="fed:SecurityTokenServiceType" protocolSupportEnumeration="${ns.federation}">
        ${keys}
        <fed:ClaimTypesOffered>${offered()}</fed:ClaimTypesOffered>
        <fed:SecurityTokenServiceEndpoint>${endpoint(passive)}</fed:SecurityTokenServiceEndpoint>
        <fed:PassiveRequestorEndpoint>${endpoint(passive)}</fed:PassiveRequestorEndpoint>
      </RoleDescriptor>
      <RoleDescriptor xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="${ns.federation}" xsi:type="fed:ApplicationServiceType" protocolSupportEnumeration="${ns.federation}">
        ${keys}
        <fed:TargetScopes>${endpoint(entityId)}</fed:TargetScopes>
        <fed:ApplicationServiceEndpoint>${endpoint(passive)}</fed:ApplicationServiceEndpoint>
        <fed:PassiveRequestorEndpoint>${endpoint(passive)}</fed:PassiveRequestorEndpoint>
      </RoleDescriptor>
      <IDPSSODescriptor protocolSupportEnumeration="${ns.protocol}">
        ${keys}
        <SingleLogoutService Binding="${redirectBinding}" Location="${saml}"/>
        <SingleSignOnService Binding="${redirectBinding}" Location="${saml}"/>
        <SingleSignOnService Binding="${postBinding}" Location="${saml}"/>
      </IDPSSODescriptor>
    </EntityDescriptor>`;
  return signXml(document, { signer, at: { reference: '/*', action: 'prepend' } }).xml;
}

function keyDescriptor({ pem }: AppCertificate): Xml {
  return xml`<KeyDescriptor use="signing"><KeyInfo xmlns="${ns.signature}"><X509Data><X509Certificate>${bare(pem)}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`;
}

function endpoint(address: string): Xml {
  return xml`<wsa:EndpointReference xmlns:wsa="${ns.addressing}"><wsa:Address>${address}</wsa:Address></wsa:EndpointReference>`;
}

function offered(): Xml[] {
  const { name, tenantId, objectId, groups } = claimTypes;
  return [name, tenantId, objectId, groups].map(
    (uri) =>
      xml`<auth:ClaimType xmlns:auth="http://docs.oasis-open.org/wsfed/authorization/200706" Uri="${uri}"><auth:DisplayName>${uri.split('/').at(-1)}</auth:DisplayName></auth:ClaimType>`,
  );
}
