import { DomainError } from '@homerealm/domain';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { throwError } from 'rxjs';
import { toProblem } from './problem.js';

/** Every refusal leaves as problem+json; events keep their original error, so that the runner can judge it. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): unknown {
    if (host.getType() !== 'http') return throwError(() => error);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const problem = toProblem(error);
    this.log(error, problem.status, request);
    if (reply.sent) return undefined;
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
    return reply
      .status(problem.status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(JSON.stringify({ ...problem, instance: request.id }));
  }

  private log(error: unknown, status: number, request: FastifyRequest): void {
    const where = { requestId: request.id, method: request.method, route: request.routeOptions.url };
    if (status >= 500) this.logger.error({ ...where, err: error }, 'request failed');
    else if (error instanceof DomainError)
      this.logger.info(
        { ...where, refusal: error.code, field: error.field, details: error.details },
        'request refused',
      );
  }
}
