/** What a token of the operator's own Entra tenant turned out to be; see `createOperatorTokens` of the connectors. */
type Verdict =
  | {
      accepted: true;
      objectId: string;
      clientId: string;
      about: 'application' | 'person';
      roles: readonly string[];
    }
  | { accepted: false; reason: 'invalid' | 'expired' | 'unavailable'; code: string };

/** Verifies tokens of issuers other than our own. Never throws. */
export type OperatorTokenCheck = {
  readonly issuers: readonly string[];
  verify(token: string): Promise<Verdict>;
  close(): Promise<void>;
};

/** Scopes between our own services. Nobody outside may ever hold them, whatever roles a tenant invents. */
const neverByRole = new Set(['sign-ins:write', 'test-runs:run']);

/** Role values of a tenant and the scopes each stands for. */
export type RoleMap = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the setting `OPERATOR_ROLES`: `Role=scope scope, Role=scope`.
 * @throws RangeError naming the entry that is wrong
 */
export function parseRoleMap(text: string): RoleMap {
  const entries = text.split(',').map((entry): [string, string[]] => {
    const match = /^\s*([^\s=]+)\s*=\s*([a-z-]+:[a-z-]+(?:\s+[a-z-]+:[a-z-]+)*)\s*$/.exec(entry);
    if (!match) throw new RangeError(`expected Role=scope scope, got ${entry.trim()}`);
    const [, role = '', scopes = ''] = match;
    const forbidden = scopes.split(/\s+/).find((scope) => neverByRole.has(scope));
    if (forbidden) throw new RangeError(`${forbidden} belongs to our own services only`);
    return [role, scopes.split(/\s+/)];
  });
  return new Map(entries);
}

/** The scopes of roles: those a mapped role stands for, and else the role itself when it is called like a scope. */
export function scopesOfRoles(roles: readonly string[], map: RoleMap): string[] {
  const scopes = roles.flatMap((role) => map.get(role) ?? (/^[a-z-]+:[a-z-]+$/.test(role) ? [role] : []));
  return [...new Set(scopes)].filter((scope) => !neverByRole.has(scope));
}
