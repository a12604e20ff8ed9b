import {
  type FederationConnectionSettings,
  type FederationSetupItem,
  speaksForTenant,
  type TestReport,
} from '@homerealm/contracts';
import { entraClaimUris } from '@homerealm/domain';
import { type Seen, whatWasSeen } from './setup-items.js';

type State = FederationSetupItem['state'];

/** Entra's numbers for a reply address and for an identifier that it does not know. They explain and decide nothing. */
const replyNumbers = ['50011', '500113'];
const identifierNumbers = ['700016', '650056'];

/** What the application must have, and what the latest test run showed of it. */
export function federationSetupItems(
  settings: FederationConnectionSettings,
  report: TestReport | null,
): FederationSetupItem[] {
  const seen = whatWasSeen(report);
  const { attributeMapping, getUserGroups, backgroundGroups, clientId } = settings;
  const items: (FederationSetupItem | undefined)[] = [
    {
      item: 'reply-url',
      state: replyUrl(seen),
      says: 'The provider sends its answers to this address and to no other.',
    },
    { item: 'identifier', state: identifier(seen), says: 'The name by which the provider knows us.' },
    {
      item: 'certificate',
      state: byCheck(seen, 'upstream.signature'),
      says: 'Answers are signed with a certificate of the metadata.',
    },
    speaksForTenant(settings)
      ? { item: 'tenant-claims', state: tenantClaims(seen), says: 'Tenant and object id tell who somebody is.' }
      : undefined,
    attributeMapping.email === null
      ? undefined
      : { item: 'email-claim', ...claim(seen, attributeMapping.email, 'The person’s email.') },
    getUserGroups && attributeMapping.groups !== null
      ? { item: 'groups-claim', ...groups(seen, attributeMapping.groups) }
      : undefined,
    clientId !== null && (getUserGroups || backgroundGroups) ? { item: 'graph-access', ...graph(seen) } : undefined,
  ];
  return items.filter((item) => item !== undefined);
}

function byCheck(seen: Seen, code: string): State {
  const outcome = seen.outcome(code);
  if (outcome === 'passed') return 'there';
  return outcome === 'failed' ? 'missing' : 'unknown';
}

/** Whoever's document arrived was sent to the right address. */
function replyUrl(seen: Seen): State {
  if (seen.hasNumber(replyNumbers) || seen.outcome('upstream.recipient') === 'failed') return 'missing';
  return seen.outcome('upstream.document') === 'passed' ? 'there' : 'unknown';
}

function identifier(seen: Seen): State {
  return seen.hasNumber(identifierNumbers) ? 'missing' : byCheck(seen, 'upstream.audience');
}

function tenantClaims(seen: Seen): State {
  const states = [byCheck(seen, 'upstream.tenant'), byCheck(seen, 'upstream.subject')];
  if (states.includes('missing')) return 'missing';
  return states.every((state) => state === 'there') ? 'there' : 'unknown';
}

/** A provider leaves out what the person's account has no value for, so what was not seen may be configured all the same. */
function claim(seen: Seen, name: string, says: string): Pick<FederationSetupItem, 'state' | 'says'> {
  const names = seen.detail('upstream.assertion', 'attributes')?.split(' ');
  if (names === undefined) return { state: 'unknown', says };
  if (names.includes(name)) return { state: 'there', says };
  return {
    state: 'missing',
    says: `${says} The assertion held no ${name}. Providers also leave out what the person’s account has no value for.`,
  };
}

function groups(seen: Seen, name: string): Pick<FederationSetupItem, 'state' | 'says'> {
  const says = 'Groups come with the assertion, up to 150 of them.';
  // Whoever has more gets a link in their place: then the claim is configured, too.
  const withLink = claim(seen, entraClaimUris.groupsLink, says);
  return withLink.state === 'there' ? withLink : claim(seen, name, says);
}

function graph(seen: Seen): Pick<FederationSetupItem, 'state' | 'says'> {
  const says =
    'The application may read groups from Microsoft Graph. Only asked when the assertion does not list them.';
  if (seen.detail('upstream.groups', 'reason') === 'graph-permission-missing') return { state: 'missing', says };
  return { state: seen.detail('upstream.groups', 'source') === 'graph' ? 'there' : 'unknown', says };
}
