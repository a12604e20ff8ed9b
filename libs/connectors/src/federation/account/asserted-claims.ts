import { emailDomain, entraClaimUris, type UpstreamClaims } from '@homerealm/domain';
import { Refusal, type UpstreamCheckCode } from '../../check-list.js';
import { toGroupIds } from '../../entra/token-groups.js';
import { ownText } from '../../json.js';
import type { Asserted } from '../assertion/asserted.js';
import type { AttributeNames } from '../federation-connection.js';

type Attributes = Pick<Asserted, 'attributes' | 'doubled'>;

/** The groups of an assertion: all of them; more than it holds; not a word; or values that are no object ids. */
export type AssertedGroups =
  { kind: 'listed'; groups: string[] } | { kind: 'overage' } | { kind: 'absent' } | { kind: 'unusable' };

/**
 * The value of an attribute that can have one only.
 * @throws Refusal `upstream.attribute-doubled` when it has more, in one attribute or in several
 */
export function singleValue(asserted: Attributes, name: string, check: UpstreamCheckCode): string | undefined {
  const [value, ...more] = asserted.attributes.get(name) ?? [];
  if (more.length > 0 || asserted.doubled.has(name)) {
    throw new Refusal(check, 'upstream.attribute-doubled', { attribute: name.slice(0, 256) });
  }
  return value;
}

/**
 * The claims of an assertion that leave the connector: mapped names, bounded text; what does not fit is left out, never
 * cut. Nothing here proves an email.
 */
export function readAssertedClaims(asserted: Attributes, names: AttributeNames): UpstreamClaims {
  const one = (name: string | null, max: number): string | undefined =>
    name === null ? undefined : plainText(singleValue(asserted, name, 'upstream.profile'), max);
  const email = one(names.email, 254);
  const extra = readExtra(asserted, names.extra);
  return withoutAbsent({
    email: email !== undefined && emailDomain(email) !== undefined ? email : undefined,
    preferredUsername: one(names.preferredUsername, 512),
    displayName: one(names.displayName, 512),
    givenName: one(names.givenName, 256),
    familyName: one(names.familyName, 256),
    extra: Object.keys(extra).length > 0 ? extra : undefined,
  });
}

/** An attribute of several values is a list of them; two attributes of one name are still one too many. */
function readExtra(asserted: Attributes, names: AttributeNames['extra']): NonNullable<UpstreamClaims['extra']> {
  const extra: [string, string | string[]][] = [];
  for (const [claim, name] of Object.entries(names)) {
    const values = asserted.attributes.get(name) ?? [];
    if (values.length < 2 || asserted.doubled.has(name)) {
      const value = plainText(singleValue(asserted, name, 'upstream.profile'), 2048);
      if (value !== undefined) extra.push([claim, value]);
      continue;
    }
    const texts = values.map((value) => plainText(value, 512)).filter((text) => text !== undefined);
    if (texts.length === values.length && texts.length <= 200) extra.push([claim, texts]);
  }
  return Object.fromEntries(extra);
}

/** What an assertion says about groups, in the attribute that holds them. */
export function readAssertedGroups(asserted: Attributes, name: string | null): AssertedGroups {
  if (asserted.attributes.has(entraClaimUris.groupsLink)) return { kind: 'overage' };
  const values = name === null ? undefined : asserted.attributes.get(name);
  if (name === null || !values) return { kind: 'absent' };
  if (asserted.doubled.has(name)) singleValue(asserted, name, 'upstream.groups');
  const groups = toGroupIds(values);
  return groups && groups.length > 0 ? { kind: 'listed', groups } : { kind: 'unusable' };
}

const plainText = (value: string | undefined, max: number): string | undefined => ownText({ value }, 'value', max);

function withoutAbsent(claims: UpstreamClaims): UpstreamClaims {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}
