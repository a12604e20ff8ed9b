import type { ReadMail } from './read-mail.js';

export type KeptMail = ReadMail & { receivedAt: string };

/** The newest first. Loads itself again: whoever waits for a code only has to look. */
export const mailboxPage = (mails: readonly KeptMail[]): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta http-equiv="refresh" content="3"><title>Mailbox (${mails.length})</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
article { margin: 1rem 0; padding: 1rem 1.25rem; border: 1px solid #8593a6; border-radius: .75rem; }
h2 { margin: 0; font-size: 1.125rem; } p { margin: .25rem 0; } small { opacity: .75; }
pre { margin: 1rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
</style></head>
<body><h1>Mailbox</h1>
<p>Every mail this local system sends ends here and nowhere else.</p>
${mails.length === 0 ? '<p>No mail yet.</p>' : mails.map(article).join('\n')}
</body></html>
`;

const article = ({ to, from, subject, text, receivedAt }: KeptMail): string =>
  `<article><h2>${escape(subject)}</h2><p>To <strong>${escape(to)}</strong></p>
<small>from ${escape(from)}, ${escape(receivedAt)}</small><pre>${escape(text)}</pre></article>`;

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
