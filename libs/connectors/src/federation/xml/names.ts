/** Namespaces of the documents of both doors. */
export const ns = {
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  saml2: 'urn:oasis:names:tc:SAML:2.0:assertion',
  saml2Protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  saml1: 'urn:oasis:names:tc:SAML:1.0:assertion',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  encryption: 'http://www.w3.org/2001/04/xmlenc#',
  federation: 'http://docs.oasis-open.org/wsfed/federation/200706',
  addressing: 'http://www.w3.org/2005/08/addressing',
  schemaInstance: 'http://www.w3.org/2001/XMLSchema-instance',
  trust2005: 'http://schemas.xmlsoap.org/ws/2005/02/trust',
  trust13: 'http://docs.oasis-open.org/ws-sx/ws-trust/200512',
} as const;
