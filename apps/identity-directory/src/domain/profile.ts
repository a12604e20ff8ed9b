import type { ConnectionId, UpstreamAccount } from '@homerealm/domain';

export const profileAttributes = ['givenName', 'familyName', 'picture'] as const;
export type ProfileAttribute = (typeof profileAttributes)[number];

/** One value of a profile and why it is there. */
export type ProfileValue = {
  value: string | null;
  source: 'provider' | 'admin' | 'user';
  connectionId: ConnectionId | null;
  /** When the source vouched for the value; ISO 8601. */
  asOf: string;
  /** The rule that let it in. */
  policy: 'first-sign-in' | 'connection-on' | 'environment-on' | 'admin' | 'sign-up';
};

/** An attribute that nobody ever gave is absent. */
export type Profile = Partial<Record<ProfileAttribute, ProfileValue>>;

/** New values of some attributes, all from one source at one moment. */
export type ProfileUpdate = Omit<ProfileValue, 'value'> & {
  values: Partial<Record<ProfileAttribute, string | null | undefined>>;
};

export function currentValues(profile: Profile): Record<ProfileAttribute, string | null> {
  return {
    givenName: profile.givenName?.value ?? null,
    familyName: profile.familyName?.value ?? null,
    picture: profile.picture?.value ?? null,
  };
}

/**
 * Takes over each value that is not older than the stored one, in whatever order updates arrive. A value that is the
 * same but newer still counts: it keeps values vouched for in between from coming back. Two updates of one moment: the
 * later arrival wins, since updates of one person arrive in order.
 */
export function updateProfile(
  profile: Profile,
  update: ProfileUpdate,
): { profile: Profile; changed: ProfileAttribute[]; touched: boolean } {
  const next: Profile = { ...profile };
  const changed: ProfileAttribute[] = [];
  let touched = false;
  for (const attribute of profileAttributes) {
    const value = wordOf(update, attribute);
    const stored = profile[attribute];
    if (value === undefined || (stored && isBefore(update.asOf, stored.asOf))) continue;
    if (stored && stored.value === value && !isBefore(stored.asOf, update.asOf)) continue;
    const { source, connectionId, asOf, policy } = update;
    next[attribute] = { value, source, connectionId, asOf, policy };
    touched = true;
    if ((stored?.value ?? null) !== value) changed.push(attribute);
  }
  return { profile: next, changed, touched };
}

/** What a first sign-in fills in: the provider's values, only where nothing stands yet. */
export function fillProfile(profile: Profile, account: UpstreamAccount, connectionId: ConnectionId) {
  const { givenName, familyName, picture } = account.claims;
  const given = { givenName, familyName, picture };
  const values: ProfileUpdate['values'] = {};
  for (const attribute of profileAttributes) if (!profile[attribute]) values[attribute] = given[attribute];
  return updateProfile(profile, {
    values,
    source: 'provider',
    connectionId,
    asOf: account.asOf,
    policy: 'first-sign-in',
  });
}

/** What a provider or a form leaves blank, or a picture that is no address of an image, says nothing. */
function wordOf({ values, source }: ProfileUpdate, attribute: ProfileAttribute): string | null | undefined {
  const value = values[attribute];
  if (source === 'admin') return value;
  if (typeof value !== 'string') return source === 'user' ? undefined : value;
  if (attribute === 'picture') return /^(https:\/\/|data:image\/)/i.test(value) ? value : undefined;
  if (source === 'user') return isReadable(value) ? value.trim() : undefined;
  return value.trim() === '' ? undefined : value;
}

/** A name somebody typed: no control characters, nothing that turns the direction of writing. */
const isReadable = (text: string): boolean =>
  text.trim() !== '' && !/[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u.test(text);

/** Compares moments, not texts: ISO 8601 allows several spellings of one moment. */
const isBefore = (one: string, other: string): boolean => Date.parse(one) < Date.parse(other);
