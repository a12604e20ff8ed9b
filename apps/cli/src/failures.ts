import { codeOf, fingerprint, GroupBusyError, isTransient } from '@homerealm/events/operations';

/** How a command ends. */
export const exitCodes = {
  fine: 0,
  /** It could not be done, or what was compared differs. */
  failed: 1,
  /** A lag above `--max`. */
  lagging: 2,
  /** The command line is wrong (EX_USAGE). */
  usage: 64,
  /** The settings are wrong (EX_CONFIG). */
  settings: 78,
} as const;

/** A wrong command line, in a sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Settings that are missing or wrong; names them, never a value. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** It cannot be done, for a reason that the operator can mend; in a sentence. */
export class PlainFailure extends Error {
  override readonly name = 'PlainFailure';
}

/** What to tell the operator of an error, and the exit code. Messages of strangers may quote data: they are not shown. */
export function explain(error: unknown): { says: string; code: number } {
  if (error instanceof UsageError) return { says: error.message, code: exitCodes.usage };
  if (error instanceof SettingsError) return { says: error.message, code: exitCodes.settings };
  if (error instanceof PlainFailure) return { says: error.message, code: exitCodes.failed };
  if (error instanceof GroupBusyError) {
    return { says: `Stop the service first: ${error.message}. Nothing was changed.`, code: exitCodes.failed };
  }
  const code = codeOf(error);
  if (code === '42P01') {
    return { says: 'This database has no tables of events: is it the database of a service?', code: exitCodes.failed };
  }
  if (code === '55P03') {
    return { says: 'The tables are in use: stop the service first. Nothing was changed.', code: exitCodes.failed };
  }
  const name = (error as { name?: unknown } | null)?.name;
  if (isTransient(error) || (typeof name === 'string' && name.startsWith('KafkaJS'))) {
    const what = [name, code].filter((word) => word !== undefined && word !== 'Error').join(' ');
    return { says: `The database or the event log cannot be reached (${what}).`, code: exitCodes.failed };
  }
  return { says: `Something went wrong: ${fingerprint(error)}`, code: exitCodes.failed };
}
