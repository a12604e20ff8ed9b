import { html, type Html } from './html.js';

/** Claims that Homerealm adds to what every OpenID provider gives. */
const special = ['ext_groups', 'ext_groups_status', 'extra_claims', 'ext_provider', 'org_code'];
const times = ['iat', 'exp', 'auth_time', 'nbf', 'updated_at'];

/** A token's claims, ours first and marked. */
export function claimsList(claims: Record<string, unknown>): Html {
  const names = Object.keys(claims);
  const ordered = [
    ...names.filter((name) => special.includes(name)),
    ...names.filter((name) => !special.includes(name)),
  ];
  return html`<dl class="claims">${ordered.map((name) => row(name, claims[name]))}</dl>`;
}

const row = (name: string, value: unknown): Html =>
  html`<div class="${special.includes(name) ? 'special' : ''}" data-claim="${name}">
    <dt>${name}</dt>
    <dd>${show(name, value)}</dd>
  </div>`;

function show(name: string, value: unknown): Html | string {
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return chips(value);
  if (times.includes(name) && typeof value === 'number') {
    return html`${value} <span class="soft">${new Date(value * 1000).toISOString()}</span>`;
  }
  if (typeof value === 'object' && value !== null) return JSON.stringify(shorten(value), null, 2);
  return shortText(String(value));
}

/** A picture inside a claim is thousands of letters. */
const shortText = (text: string): string =>
  text.length > 300 ? `${text.slice(0, 60)}… (${text.length} characters)` : text;

const chips = (entries: string[]): Html =>
  html`<span class="count">${entries.length}</span>
    <div class="chips">${entries.map((entry) => html`<span>${entry}</span>`)}</div>`;

/** Long lists inside objects are shown by their first entries; the full list stands in its own claim or the raw token. */
function shorten(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.length > 8 ? [...value.slice(0, 8), `… and ${value.length - 8} more`] : value.map(shorten);
  }
  if (typeof value === 'string') return shortText(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shorten(inner)]));
}
