import { type LocalFile } from './local-file.js';
import { partNames, parts } from './parts.js';

/** What a person needs to begin: where to go, and who they can be. */
export function readyText(file: LocalFile, logs: string): string {
  const order = ['demoApp', ...partNames.filter((part) => part !== 'demoApp')] as const;
  const urls = order.map((part) => [parts[part].says, file.urls[part]] as string[]);
  if (file.mailbox) urls.push(['mailbox: codes to sign in by email', file.mailbox.url]);
  urls.push(['events', file.kafka ? `Kafka at ${file.kafka.brokers.join(', ')}` : 'event log in PostgreSQL']);
  const people = file.accounts.map(({ email, password, company, note }) => [email, password, company, note]);
  return [
    '',
    'Ready. Open the demo app and sign in with one of the demo accounts, or with any other email and a code:',
    '',
    ...table([['what', 'where'], ...urls]),
    '',
    'People of Contoso may also come by SAML or WS-Federation: leave the email out, and choose the button on the sign-in page.',
    '',
    ...table([['email', 'password', 'company', 'note'], ...people]),
    '',
    `Logs: ${logs}      API docs: ${file.urls.registry}/docs (and /docs of every service)`,
    'Ctrl-C stops everything.',
    '',
  ].join('\n');
}

/** Columns as wide as their widest cell, a line under the head. */
export function table(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...body.map(line)].map((text) => text.trimEnd());
}
