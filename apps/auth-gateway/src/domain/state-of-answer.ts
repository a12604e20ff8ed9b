/** Under these names providers hand our state back: OAuth 2.0, SAML and WS-Federation. */
const stateNames = ['state', 'RelayState', 'wctx'] as const;

/**
 * The state that an answer brings. Undefined where there is none, or more than one: then nobody can say which sign-in it
 * belongs to. Whether it stands under the name that the connection's protocol has for it, its connector checks.
 * @param answer the form's fields or the query's parameters
 */
export function stateOfAnswer(answer: Readonly<Record<string, unknown>>): string | undefined {
  const found = stateNames.map((name) => answer[name]).filter((value) => value !== undefined);
  const [state] = found;
  return found.length === 1 && typeof state === 'string' ? state : undefined;
}
