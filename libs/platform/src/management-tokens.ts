import { defineErrors } from '@homerealm/domain';
import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiBearerAuth, ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { createRemoteJWKSet, errors as joseErrors, jwtVerify, type JWTPayload } from 'jose';

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

/** Verifies access tokens for the management APIs: our issuer, our keys, our audience. */
export class ManagementTokens {
  private readonly keys: ReturnType<typeof createRemoteJWKSet>;

  constructor(
    private readonly issuer: string,
    jwksUrl: string,
  ) {
    this.keys = createRemoteJWKSet(new URL(jwksUrl), { cooldownDuration: 5_000, timeoutDuration: 3_000 });
  }

  async verify(token: string): Promise<Caller> {
    return toCaller(await this.payloadOf(token));
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
