/** What a metadata document says, as far as it matters here. */
export type ReadMetadata = {
  entityId: string;
  signIn: { binding: 'redirect' | 'post'; url: string }[];
  signOut: { binding: 'redirect' | 'post'; url: string }[];
  /** As PEM. */
  certificates: string[];
  wantsSignedRequests: boolean;
};
export type FederationProtocol = 'wsfed' | 'saml';

/** Reads what providers say of themselves. */
export abstract class FederationMetadataReader {
  /** Where Entra publishes the metadata of a tenant, with a client id that of its application. */
  abstract tenantsUrl(tenant: { authority: string; tenantId: string; clientId: string | null }): string;
  /**
   * Fetches the document: from the connection's authority as from any other listed host, from anywhere else only where
   * the address is public.
   * @throws `connection.metadata-unreachable`, `connection.metadata-address-refused`, `connection.metadata-invalid`
   */
  abstract fetch(url: string, authority: string): Promise<string>;
  /** @throws `connection.metadata-invalid` */
  abstract read(xml: string, protocol: FederationProtocol): ReadMetadata;
}
