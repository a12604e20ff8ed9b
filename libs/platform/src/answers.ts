import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  HttpCode,
  Injectable,
  type NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiResponse } from '@nestjs/swagger';
import { map, type Observable } from 'rxjs';
import type { z } from 'zod';

const answerKey = 'homerealm:answer';

/**
 * Declares what a route answers: status, sentence and schema. Only what stands in the schema leaves the service, so
 * that a new field of a row can never leak by itself.
 */
export function Answers(status: number, says: string, schema?: z.ZodType): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    SetMetadata(answerKey, schema),
    schema
      ? ApiResponse({ status, description: says, standardSchema: schema })
      : ApiResponse({ status, description: says }),
  );
}

/** Documents the refusals of a route: status and stable codes. */
export function Refuses(status: number, ...codes: string[]): MethodDecorator {
  return ApiResponse({ status, description: codes.map((code) => `\`${code}\``).join(', ') });
}

/** Passes every answer through its declared schema. */
@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const schema = this.reflector.get<z.ZodType | undefined>(answerKey, context.getHandler());
    return schema === undefined ? next.handle() : next.handle().pipe(map((answer) => schema.parse(answer)));
  }
}
