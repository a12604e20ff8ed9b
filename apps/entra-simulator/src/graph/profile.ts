import type { User } from '../directory/model.js';
import { json, type Answer } from '../http/exchange.js';
import { denied, isAnswer, mayRead, subjectOf, type Call } from './caller.js';
import { graphError } from './errors.js';

/** What Graph returns without `$select`. */
const usual = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
  'id',
];

/** `GET /v1.0/me` and `/v1.0/users/{id}`, with `$select`. */
export function profile(call: Call): Answer {
  const { exchange, simulation } = call;
  const user = subjectOf(call);
  if (isAnswer(user)) return user;
  if (!mayRead(call, user, 'User.ReadBasic.All', 'User.Read.All', 'Directory.Read.All')) return denied(exchange);
  const everything = propertiesOf(user);
  const asked = exchange.url.searchParams.get('$select');
  const names = asked ? asked.split(',').map((name) => name.trim()) : usual;
  const unknown = names.find((name) => !(name in everything));
  if (unknown !== undefined) {
    const message = `Could not find a property named '${unknown}' on type 'microsoft.graph.user'.`;
    return graphError(400, 'BadRequest', message, exchange);
  }
  const context = `${simulation.origin}/v1.0/$metadata#users${asked ? `(${names.join(',')})` : ''}/$entity`;
  return json(200, { '@odata.context': context, ...Object.fromEntries(names.map((name) => [name, everything[name]])) });
}

function propertiesOf(user: User): Record<string, unknown> {
  return {
    id: user.oid,
    accountEnabled: user.enabled,
    businessPhones: [],
    country: user.country ?? null,
    department: user.department ?? null,
    displayName: user.displayName,
    givenName: user.givenName ?? null,
    jobTitle: user.jobTitle ?? null,
    mail: user.mail ?? null,
    mobilePhone: user.mobilePhone ?? null,
    officeLocation: user.officeLocation ?? null,
    otherMails: user.otherMails,
    preferredLanguage: user.preferredLanguage ?? null,
    surname: user.surname ?? null,
    userPrincipalName: user.userPrincipalName,
    userType: user.guest ? 'Guest' : 'Member',
    companyName: null,
    employeeId: null,
    employeeType: null,
    city: null,
    state: null,
    postalCode: null,
    streetAddress: null,
    usageLocation: user.country ?? null,
    proxyAddresses: user.mail ? [`SMTP:${user.mail}`] : [],
    onPremisesSyncEnabled: null,
    onPremisesSamAccountName: null,
    externalUserState: user.guest ? 'Accepted' : null,
  };
}
