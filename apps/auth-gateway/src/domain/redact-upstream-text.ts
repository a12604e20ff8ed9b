const longest = 500;

/**
 * What an upstream says about its own error, made fit for a record: emails, tokens and other long secrets are taken
 * out, control and direction characters too, and at most 500 characters stay. Ids (GUIDs) stay: they are what
 * an admin looks for in the provider's own log.
 */
export function redactUpstreamText(text: string): string {
  return text
    .slice(0, 4 * longest)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[^\s@<>"'(),;:]{1,64}@[^\s@<>"'(),;:]{1,255}/gu, '[email]')
    .replace(/[\w~.+/=-]{24,}/g, (run) => (isReadable(run) ? run : '[removed]'))
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, longest);
}

/** A GUID, or words and numbers joined by dots and dashes that are too regular to be a secret. */
function isReadable(run: string): boolean {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}[.,]?$/i.test(run)) return true;
  return run.split(/[._/=-]/).every((part) => part.length <= 20 && /^([a-z]*|[A-Z]*|[A-Z][a-z]*|\d{1,10})$/.test(part));
}
