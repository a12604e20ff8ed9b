import { defineErrors } from '@homerealm/domain';
import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  type OnModuleDestroy,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiBearerAuth, ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { createRemoteJWKSet, decodeJwt, errors as joseErrors, jwtVerify, type JWTPayload } from 'jose';
import { type OperatorTokenCheck, type RoleMap, scopesOfRoles } from './operator-callers.js';

const managementAudience = 'urn:homerealm:management';

export const managementErrors = defineErrors({
  'token.missing': { kind: 'unauthenticated', says: 'Send an access token: Authorization: Bearer …' },
  'token.invalid': { kind: 'unauthenticated', says: 'The access token is not valid here.' },
  'token.expired': { kind: 'unauthenticated', says: 'The access token has expired.' },
  'token.scope-missing': { kind: 'forbidden', says: 'The access token does not carry the scope this needs.' },
  'token.keys-unavailable': { kind: 'unavailable', says: 'The issuer’s keys cannot be fetched right now.' },
});

/** Who calls a management API: the subject of the token and the application it was issued to. */
export type Caller = { subject: string; clientId: string; scopes: readonly string[] };

/** Tokens that are not ours and are taken all the same: whose, and what their roles allow. */
export type OperatorAccess = { tokens: OperatorTokenCheck; roles: RoleMap };

/**
 * Verifies access tokens for the management APIs: our issuer, our keys, our audience; and, where the operator named a
 * tenant, that tenant's.
 */
export class ManagementTokens implements OnModuleDestroy {
  private readonly keys: ReturnType<typeof createRemoteJWKSet>;

  constructor(
    private readonly issuer: string,
    jwksUrl: string,
    private readonly operators?: OperatorAccess,
  ) {
    this.keys = createRemoteJWKSet(new URL(jwksUrl), { cooldownDuration: 5_000, timeoutDuration: 3_000 });
  }

  async verify(token: string): Promise<Caller> {
    const claimed = this.operators && issuerClaimedBy(token);
    if (this.operators && claimed !== undefined && this.operators.tokens.issuers.includes(claimed)) {
      return operatorCaller(token, this.operators);
    }
    return toCaller(await this.payloadOf(token));
  }

  async onModuleDestroy(): Promise<void> {
    await this.operators?.tokens.close();
  }

  private async payloadOf(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        issuer: this.issuer,
        audience: managementAudience,
        typ: 'at+jwt',
        algorithms: ['ES256', 'RS256'],
        requiredClaims: ['sub', 'exp', 'iat', 'client_id'],
        clockTolerance: 5,
      });
      return payload;
    } catch (error) {
      if (error instanceof joseErrors.JWTExpired) throw managementErrors('token.expired');
      const refused =
        error instanceof joseErrors.JOSEError &&
        !(error instanceof joseErrors.JWKSTimeout) &&
        error.code !== 'ERR_JOSE_GENERIC';
      throw managementErrors(refused ? 'token.invalid' : 'token.keys-unavailable', { reason: String(error) });
    }
  }
}

/** Only says who shall judge the token; nothing is believed yet. */
function issuerClaimedBy(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

const refusals = {
  invalid: 'token.invalid',
  expired: 'token.expired',
  unavailable: 'token.keys-unavailable',
} as const;

/** Names in the audit say by themselves that they are the tenant's, not ours. */
async function operatorCaller(token: string, { tokens, roles }: OperatorAccess): Promise<Caller> {
  const verdict = await tokens.verify(token);
  if (!verdict.accepted) throw managementErrors(refusals[verdict.reason], { reason: verdict.code });
  const clientId = `entra:${verdict.clientId}`;
  const subject = verdict.about === 'application' ? clientId : `entra:${verdict.objectId}`;
  return { subject, clientId, scopes: scopesOfRoles(verdict.roles, roles) };
}

function toCaller(payload: JWTPayload): Caller {
  const scope = typeof payload['scope'] === 'string' ? payload['scope'] : '';
  return {
    subject: String(payload.sub),
    clientId: String(payload['client_id']),
    scopes: scope.split(' ').filter((word) => word !== ''),
  };
}

const scopeKey = 'homerealm:scope';

/** The route or controller needs a management access token with this scope. */
export function RequireScope(scope: string): MethodDecorator & ClassDecorator {
  return applyDecorators(
    SetMetadata(scopeKey, scope),
    UseGuards(ManagementGuard),
    ApiBearerAuth(),
    ApiResponse({ status: 401, description: '`token.missing`, `token.invalid`, `token.expired`' }),
    ApiResponse({ status: 403, description: `\`token.scope-missing\`: needs \`${scope}\`` }),
  );
}

@Injectable()
export class ManagementGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: ManagementTokens,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needed = this.reflector.getAllAndOverride<string>(scopeKey, [context.getHandler(), context.getClass()]);
    const request = context.switchToHttp().getRequest<FastifyRequest & { caller?: Caller }>();
    const caller = await this.tokens.verify(bearerOf(request));
    if (!caller.scopes.includes(needed)) throw managementErrors('token.scope-missing', { needed });
    request.caller = caller;
    return true;
  }
}

/** The verified caller of a request guarded by `RequireScope`. */
export function callerOf(request: unknown): Caller {
  const { caller } = request as { caller?: Caller };
  if (caller === undefined) throw managementErrors('token.missing');
  return caller;
}

function bearerOf(request: FastifyRequest): string {
  const match = /^Bearer +([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '');
  if (match?.[1] === undefined) throw managementErrors('token.missing');
  return match[1];
}
