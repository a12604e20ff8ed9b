import { z } from 'zod';

/**
 * Ids are a short prefix that names the thing, `_`, and 26 characters of Crockford base32: 48 bits of milliseconds
 * and 80 random bits, so ids made later sort later. They carry no meaning beyond that.
 */
const idOf = <Name extends string>(prefix: Name) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), `expected an id like ${prefix}_01j…`)
    .brand<`${Name}-id`>();

/** A person in the directory. */
export const UserId = idOf('user');
export type UserId = z.infer<typeof UserId>;
/** Something a user signs in with. */
export const IdentityId = idOf('identity');
export type IdentityId = z.infer<typeof IdentityId>;
/** A configured upstream provider. */
export const ConnectionId = idOf('conn');
export type ConnectionId = z.infer<typeof ConnectionId>;
/** A customer company. Applications pass it as `org_code`. */
export const OrganizationId = idOf('org');
export type OrganizationId = z.infer<typeof OrganizationId>;
/** One try to sign in, with its decision record. It stands on the error page, in the events and in the traces. */
export const AttemptId = idOf('attempt');
export type AttemptId = z.infer<typeof AttemptId>;
/** A stored credential of a connection: client secret or certificate. */
export const CredentialId = idOf('cred');
export type CredentialId = z.infer<typeof CredentialId>;
/** One test sign-in of a connection. */
export const TestRunId = idOf('test');
export type TestRunId = z.infer<typeof TestRunId>;
/** One import of users. */
export const ImportId = idOf('import');
export type ImportId = z.infer<typeof ImportId>;
/** One linking of an upstream account to a user who was there before. */
export const LinkId = idOf('link');
export type LinkId = z.infer<typeof LinkId>;
/** An application. An operator may also give applications ids of another form. */
export const ApplicationId = idOf('app');
export type ApplicationId = z.infer<typeof ApplicationId>;

type IdTypes = {
  user: UserId;
  identity: IdentityId;
  conn: ConnectionId;
  org: OrganizationId;
  attempt: AttemptId;
  cred: CredentialId;
  app: ApplicationId;
  test: TestRunId;
  import: ImportId;
  link: LinkId;
};
type IdPrefix = keyof IdTypes;
type IdFor<Prefix extends IdPrefix> = IdTypes[Prefix];

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * Makes an id. Pure: the caller brings time and randomness.
 * @param now milliseconds since 1970
 * @param random at least 10 bytes from a cryptographic source
 */
export function makeId<Prefix extends IdPrefix>(prefix: Prefix, now: number, random: Uint8Array): IdFor<Prefix> {
  if (random.length < 10) throw new RangeError('an id needs 10 random bytes');
  return `${prefix}_${timeDigits(now)}${randomDigits(random)}` as IdFor<Prefix>;
}

/** 48 bits in 10 digits. A number holds them exactly, but its bit operations see 32 of them only. */
function timeDigits(now: number): string {
  let rest = Math.floor(now) % 2 ** 48;
  let text = '';
  for (let digit = 0; digit < 10; digit++) {
    text = alphabet.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** 80 bits in 16 digits. */
function randomDigits(random: Uint8Array): string {
  let [held, bits, text] = [0, 0, ''];
  for (let index = 0; index < 10; index++) {
    held = ((held << 8) | (random[index] ?? 0)) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet.charAt((held >> (bits - 5)) & 31);
  }
  return text;
}

/** Makes ids where time and randomness may be taken from the machine: at the edges, never in a domain. */
export type NewId = <Prefix extends IdPrefix>(prefix: Prefix) => IdFor<Prefix>;
