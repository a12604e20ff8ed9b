import { Answers, Refuses } from '@homerealm/platform';
import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiParam } from '@nestjs/swagger';
import { ConnectionResponse } from '@homerealm/contracts';

/** Codes of a body that breaks the form or the rules of fields. */
export const malformed = [
  'request.malformed',
  'request.invalid',
  'request.missing-field',
  'request.invalid-field',
  'request.unknown-field',
];
const malformedConnection = [
  ...malformed,
  'connection.domain-invalid',
  'connection.entra-domain-invalid',
  'connection.field-not-of-strategy',
  'connection.issuer-invalid',
  'connection.metadata-url-invalid',
  'connection.secret-empty',
  'connection.secret-malformed',
  'connection.sign-in-url-invalid',
  'connection.upstream-param-malformed',
];
/** What metadata that could be read is refused for. */
export const unusableMetadata = [
  'connection.metadata-invalid',
  'connection.metadata-address-refused',
  'connection.metadata-tenant-mismatch',
  'connection.metadata-endpoint-refused',
  'connection.certificate-unknown',
];
const unprocessable = [
  'connection.secret-is-id',
  'connection.secret-expired',
  'connection.authority-not-allowed',
  'connection.tenant-not-found',
  'connection.tenants-required',
  'connection.trust-scope-not-allowed',
  'connection.organization-required',
  'connection.home-realm-not-allowed',
  'connection.upstream-param-reserved',
  'connection.metadata-ambiguous',
  'connection.metadata-required',
  'connection.client-required',
  'connection.graph-client-required',
  'connection.sign-in-url-not-at-authority',
  ...unusableMetadata,
];

export const Summary = (summary: string, description?: string): MethodDecorator =>
  ApiOperation({ summary, ...(description !== undefined && { description }) });

/** A route of one connection: its path parameter, and that it may not exist. */
export const OfConnection = (): MethodDecorator =>
  applyDecorators(ApiParam({ name: 'id', description: 'Id of the connection.' }), Refuses(404, 'connection.not-found'));

/** A route of one test run. */
export const OfTestRun = (...more: string[]): MethodDecorator =>
  applyDecorators(
    ApiParam({ name: 'testRunId', description: 'Id of the test run.' }),
    Refuses(404, 'test-run.not-found', ...more),
  );

/** A route that answers with one connection. */
export const AnswersConnection = (status: number, says: string): MethodDecorator =>
  Answers(status, `${says} The ETag is its revision.`, ConnectionResponse);

/** A route that changes a connection only if it still is what the caller saw. */
export const TakesIfMatch = (...conflicts: string[]): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'ETag of the connection as it was read; another revision is refused.',
    }),
    Refuses(409, 'connection.revision-conflict', ...conflicts),
  );

/** What a body with fields of a connection can be refused for. Several problems at once have the code `request.invalid`. */
export const RefusesFields = (...more: string[]): MethodDecorator =>
  applyDecorators(
    Refuses(400, ...malformedConnection),
    Refuses(422, ...unprocessable, ...more),
    Refuses(502, 'connection.authority-unreachable', 'connection.metadata-unreachable'),
  );
