/** An authorization code's meaning. */
export type Grant = {
  clientId: string;
  /** The tenant that vouches, and the path segment the code was asked at. */
  tenantId: string;
  segment: string;
  oid: string;
  redirectUri: string;
  scope: string;
  nonce?: string | undefined;
  challenge?: { value: string; method: 'S256' | 'plain' } | undefined;
  authTime: number;
  sessionId: string;
  redeemed: boolean;
};

export type RefreshGrant = Pick<Grant, 'clientId' | 'tenantId' | 'oid' | 'scope' | 'authTime' | 'sessionId'>;
