/** Somebody with an account at a social provider. */
export type SocialPerson = {
  /** Stable number of the account; GitHub writes it as a number, the others as a text. */
  id: number;
  name: string;
  givenName: string;
  familyName: string;
  /** Undefined: the provider tells no email. */
  email?: string;
  /** As the provider writes it, which need not be a boolean. */
  emailVerified?: boolean | string;
  note: string;
};

/** A stand-in for a provider everybody may have an account at, and our registration there. */
export type SocialProvider = {
  /** First part of its addresses, and the strategy of connections to it. */
  key: 'google' | 'linkedin' | 'github';
  displayName: string;
  client: { clientId: string; secret: string };
  people: readonly SocialPerson[];
};

/** Somebody who was added while the simulator ran. */
export type AddedPerson = SocialPerson & { provider: SocialProvider['key'] };

/** What a person agreed to, until the application fetches it. */
export type SocialGrant = {
  provider: SocialProvider['key'];
  person: SocialPerson;
  redirectUri: string;
  nonce: string | undefined;
  challenge: string | undefined;
};

/** An authorize request while its page is shown. */
export type SocialRequest = Omit<SocialGrant, 'person'> & { state: string };
