/** SQLSTATE of a Postgres error, or the code of a Node network error. TypeORM keeps the driver's error inside. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, driverError, cause } = error as { code?: unknown; driverError?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  return codeOf(driverError) ?? codeOf(cause);
}

/** Postgres gave up on us because of what others did meanwhile; the same work may succeed at once. */
export const isConflict = (error: unknown): boolean =>
  ['40001', '40P01'].includes(codeOf(error) ?? '') || isStalePlan(error);

/** A prepared statement would give other columns than before: somebody has changed a table of it. */
export function isStalePlan(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, routine, driverError } = error as { code?: unknown; routine?: unknown; driverError?: unknown };
  return (code === '0A000' && routine === 'RevalidateCachedQuery') || isStalePlan(driverError);
}

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);
// 08 connection, 53 out of resources, 57 operator intervention (restart, cancelled by a time-out), 55P03 lock time-out
const transientClasses = /^(08|53|57P0|57014|55P03|40001|40P01|25006)/;
/** Errors of the pg driver that carry no code. */
const connectionLost =
  /connection terminated|connection timeout|timeout exceeded when trying to connect|client was closed|not queryable|driver not connected|Connection ended/i;

/** The world failed, not the event: the same event may succeed later, so it is tried again for as long as it takes. */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error);
  if (isStalePlan(error)) return true;
  if (code !== undefined && (networkCodes.has(code) || transientClasses.test(code))) return true;
  if (!(error instanceof Error)) return false;
  if (error.name === 'TimeoutError' || connectionLost.test(error.message)) return true;
  return (
    (error as { kind?: unknown }).kind === 'unavailable' || (error.cause !== undefined && isTransient(error.cause))
  );
}
