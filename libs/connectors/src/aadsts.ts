/** What an admin should do about an Entra error number. */
export function explainAadsts(code: string): string | undefined {
  return Object.hasOwn(aadstsExplanations, code) ? aadstsExplanations[code] : undefined;
}

const callback =
  'The app registration does not know this callback URL. Copy the connection’s callback URL into it exactly: letter case and slashes count.';
const wrongTenant =
  'The tenant or the client id is wrong. Compare the Entra domain and the client id with the app registration’s overview page.';
const audience =
  'The app registration serves another kind of accounts than the connection asks for. Change “Supported account types”, or turn the common endpoint off.';
const consent = 'Consent is missing. Open the connection’s admin consent link as an administrator of the tenant.';
const otherTenant =
  'The person’s account is not in this tenant. Invite it as a guest, or let the person pick another account.';
const policy =
  'A rule of the tenant (Conditional Access, multi-factor sign-in) stopped this. The tenant’s sign-in logs name the rule.';
const certificate =
  'Entra does not accept the certificate. Upload the connection’s certificate to the app registration, and check its end date.';
const again =
  'The code was stale, used before or meant for another sign-in, often after the back button. Start the sign-in again; tell us if it comes back.';
const scope = 'A permission that was asked for does not exist here. Check the connection’s extra scopes.';
const saml =
  'Settings of the enterprise application and of the connection do not fit together. Compare entity id, reply URL and signing options.';
const account =
  'The account itself cannot sign in now (locked, disabled, or password wrong or expired). The tenant’s help desk can repair that.';

/** Numbers without the prefix. For explanation only: Microsoft may change them, so nothing branches on them. */
export const aadstsExplanations: Readonly<Record<string, string>> = {
  '50011': callback,
  '500113': callback,
  '900971': callback,
  '700016': wrongTenant,
  '90002': wrongTenant,
  '90038': 'The tenant lives in another Microsoft cloud. Choose that cloud’s authority for the connection.',
  '50194': audience,
  '90130': audience,
  '9002332': audience,
  '7000215': 'The client secret is wrong. Usually the secret’s ID was pasted where its Value belongs; add the Value.',
  '7000222': 'The client secret has expired. Create a new one in the app registration and add it to the connection.',
  '7000218':
    'The app registration wants a credential and got none. Add a client secret or a certificate to the connection.',
  '700027': certificate,
  '50012': certificate,
  '700030': certificate,
  '65001': consent,
  '90094': consent,
  '90095': 'The person asked an administrator for consent. An administrator must approve the request in the tenant.',
  '650056': 'The app registration lists no permissions. Add the delegated permission User.Read and grant consent.',
  '65004': 'The person declined consent. Let the person try again, or grant consent as an administrator.',
  '50105':
    'The person is not assigned to the enterprise application. Assign the person or one of their groups, or turn assignment off.',
  '50020': otherTenant,
  '16000': otherTenant,
  '50034': otherTenant,
  '90072': otherTenant,
  '500208': otherTenant,
  '53000': policy,
  '53001': policy,
  '53003': policy,
  '530032': policy,
  '50076': policy,
  '50079': policy,
  '54005': again,
  '70008': again,
  '700005': again,
  '501481': again,
  '70011': scope,
  '650057': scope,
  '28003': scope,
  '700054':
    'The app registration does not issue ID tokens from its authorization page. Homerealm does not need that; remove response_type from the upstream parameters.',
  '50058':
    'The person had no session at Entra and the sign-in forbade asking. Remove prompt=none from the upstream parameters.',
  '75005': saml,
  '750054': saml,
  '75011': saml,
  '75016': saml,
  '76021': saml,
  '7500529': saml,
  '50146':
    'The application needs a signing key of its own and has none, or an expired one. Renew it in the enterprise application.',
  '50003':
    'The application needs a signing key of its own and has none, or an expired one. Renew it in the enterprise application.',
  '50053': account,
  '50055': account,
  '50057': account,
  '50126': account,
  '50196':
    'The same sign-in was repeated too often in a short time. Look for a loop between the application and Homerealm.',
};
