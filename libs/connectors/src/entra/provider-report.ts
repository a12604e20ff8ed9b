import { guid, isObject, own } from '../json.js';
import type { UpstreamReport } from '../upstream-protocol.js';

const longestDescription = 500;

/**
 * The provider's words about an error, for the admin's record: bounded, without control and direction characters, and
 * without anything we sent. A provider that echoes our secret must not get it into our records.
 * @param secrets texts that were part of the request
 */
export function reportOf(answer: unknown, secrets: readonly string[]): UpstreamReport {
  if (!isObject(answer)) return {};
  const description = own(answer, 'error_description');
  const text = typeof description === 'string' ? clean(description.slice(0, 16_384), secrets) : undefined;
  const aadsts = [...numbersIn(text), ...codesIn(own(answer, 'error_codes'))];
  return withoutAbsent({
    error: errorName(own(answer, 'error')),
    aadsts: aadsts.length > 0 ? [...new Set(aadsts)].slice(0, 8) : undefined,
    correlationId: guid(own(answer, 'correlation_id')) ?? labelled(text, /Correlation ID: ([0-9a-f-]{36})/i),
    traceId: guid(own(answer, 'trace_id')) ?? labelled(text, /Trace ID: ([0-9a-f-]{36})/i),
    timestamp:
      timestamp(own(answer, 'timestamp')) ?? labelled(text, /Timestamp: (\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}Z)/i),
    description: text?.slice(0, longestDescription) || undefined,
  });
}

function clean(text: string, secrets: readonly string[]): string {
  let cleaned = text;
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    for (const form of [secret, encodeURIComponent(secret)]) cleaned = cleaned.replaceAll(form, '[removed]');
  }
  return cleaned
    .replace(/[\w~.+/=-]{20,}/g, (run) => (isReadable(run) ? run : '[removed]'))
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}

/** A GUID, or words and numbers joined by dots, dashes and slashes; tokens and other people's secrets are neither. */
function isReadable(run: string): boolean {
  if (guid(run.replace(/[.]+$/, ''))) return true;
  return run.split(/[./=_-]/).every((part) => /^([A-Z]?[a-z]{0,24}|[A-Z]{1,12}\d{0,8}|\d{1,10})$/.test(part));
}

/** Error names are words of the specifications; anything else might carry content. */
function errorName(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  return typeof error === 'string' && /^[a-z][a-z0-9_]{0,63}$/.test(error) ? error : 'unrecognised';
}

function numbersIn(text: string | undefined): string[] {
  return [...(text ?? '').matchAll(/AADSTS(\d{4,8})\b/g)].map(([, number]) => number ?? '');
}

function codesIn(codes: unknown): string[] {
  if (!Array.isArray(codes)) return [];
  return codes.filter((code) => Number.isSafeInteger(code) && code > 0 && code < 1e8).map(String);
}

function timestamp(value: unknown): string | undefined {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/.test(value)
    ? value
    : undefined;
}

function labelled(text: string | undefined, pattern: RegExp): string | undefined {
  return text === undefined ? undefined : pattern.exec(text)?.[1];
}

function withoutAbsent(report: UpstreamReport): UpstreamReport {
  return Object.fromEntries(Object.entries(report).filter(([, value]) => value !== undefined));
}
