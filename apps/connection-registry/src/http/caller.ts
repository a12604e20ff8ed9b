import { type Caller, callerOf } from '@homerealm/platform';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** Who asks, in the words of the audit: the application, and the person when the token speaks for one. */
export const By = createParamDecorator((_: unknown, context: ExecutionContext): string =>
  nameOf(callerOf(context.switchToHttp().getRequest())),
);

export const nameOf = ({ clientId, subject }: Caller): string =>
  clientId === subject ? clientId : `${clientId} for ${subject}`;
