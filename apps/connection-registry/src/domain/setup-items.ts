import type { EntraConnectionSettings, SetupItem, TestReport } from '@homerealm/contracts';
import { optionalClaims } from './setup-pack.js';

type State = SetupItem['state'];

/** Entra's numbers that name what is missing. They explain: nothing that happens depends on them. */
const redirectNumbers = ['50011', '500113', '900971'];
const consentNumbers = ['65001', '90094', '90095', '650056', '65004'];

/** What the app registration must have, and what the latest test run showed of it. */
export function setupItems(settings: EntraConnectionSettings, report: TestReport | null): SetupItem[] {
  const seen = whatWasSeen(report);
  const items: (SetupItem | undefined)[] = [
    { item: 'redirect-uri', state: redirect(seen), says: 'Entra sends people back to this address and to no other.' },
    { item: 'credential', state: credential(seen), says: 'A secret or a certificate that proves who asks.' },
    { item: 'optional-claims', ...claims(seen) },
    settings.getUserGroups ? { item: 'groups-claim', ...groups(seen) } : undefined,
    { item: 'graph-consent', state: consent(seen), says: 'An administrator consented to the permissions.' },
  ];
  return items.filter((item) => item !== undefined);
}

/** What a test run found, as far as it tells of the set-up. */
export type Seen = {
  outcome(code: string): 'passed' | 'failed' | 'skipped' | undefined;
  detail(code: string, name: string): string | undefined;
  hasNumber(numbers: readonly string[]): boolean;
};

export function whatWasSeen(report: TestReport | null): Seen {
  const find = (code: string) => report?.checks.findLast((check) => check.code === code);
  return {
    outcome: (code) => find(code)?.outcome,
    detail: (code, name) => {
      const value = find(code)?.details?.[name];
      return typeof value === 'string' ? value : undefined;
    },
    hasNumber: (numbers) => report?.upstream?.aadsts.some((number) => numbers.includes(number)) ?? false,
  };
}

/** Whoever came back with an answer was sent back to the right address. */
function redirect(seen: Seen): State {
  if (seen.hasNumber(redirectNumbers)) return 'missing';
  return seen.outcome('upstream.answer') === 'passed' ? 'there' : 'unknown';
}

function credential(seen: Seen): State {
  const outcome = seen.outcome('upstream.token-request');
  if (outcome === 'passed') return 'there';
  const isAboutIt = seen.detail('upstream.token-request', 'error') === 'invalid_client';
  return outcome === 'failed' && isAboutIt ? 'missing' : 'unknown';
}

/** Entra leaves out a claim that has no value, so what was not seen may be configured all the same. */
function claims(seen: Seen): Pick<SetupItem, 'state' | 'says'> {
  const found = seen.detail('upstream.subject', 'optionalClaims')?.split(' ');
  const says = 'Email, names and the proof of the email’s domain come with the ID token.';
  if (found === undefined) return { state: 'unknown', says };
  const absent = optionalClaims.filter((name) => !found.includes(name));
  if (absent.length === 0) return { state: 'there', says };
  const told = `The ID token held no ${absent.join(', ')}. Entra also leaves out what the person’s account has no value for.`;
  return { state: absent.includes('xms_edov') ? 'missing' : 'unknown', says: told };
}

function groups(seen: Seen): Pick<SetupItem, 'state' | 'says'> {
  const found = seen.detail('upstream.subject', 'optionalClaims')?.split(' ');
  const says = 'Groups come with the ID token. Without the claim they are asked of Microsoft Graph at every sign-in.';
  if (found?.includes('groups')) return { state: 'there', says };
  return { state: seen.detail('upstream.groups', 'reason') === 'groups-claim-missing' ? 'missing' : 'unknown', says };
}

function consent(seen: Seen): State {
  if (seen.hasNumber(consentNumbers)) return 'missing';
  const reasons = ['upstream.groups', 'upstream.profile', 'upstream.photo'].map((code) => seen.detail(code, 'reason'));
  if (reasons.includes('graph-permission-missing')) return 'missing';
  return seen.outcome('upstream.token-request') === 'passed' ? 'there' : 'unknown';
}
