import { codeMilliseconds, spokenCode } from './one-time-code.js';

/** A code on its way to somebody. */
export type CodeMessage = { channel: 'email' | 'sms'; to: string; code: string; applicationName: string };

export type MailText = { subject: string; text: string; html: string };

const minutes = codeMilliseconds / 60_000;

/**
 * The mail that brings a code. The code is not in the subject: subjects stand on locked screens and in the logs of mail
 * servers. Nothing in it can be loaded or followed, so nothing tells when it was read and nothing can be imitated.
 */
export function mailOf({ code, applicationName }: CodeMessage): MailText {
  const name = oneLine(applicationName);
  const asks = `Enter this code in the browser where you are signing in to ${name}:`;
  const lasts = `It works once, within ${minutes} minutes.`;
  const stranger =
    'If you are not signing in, ignore this mail: without the code nobody gets in. Nobody of us will ever ask you for it.';
  return {
    subject: `Your sign-in code for ${name}`,
    text: [asks, '', `    ${spokenCode(code)}`, '', lasts, '', stranger, ''].join('\n'),
    html: [
      '<!doctype html><html lang="en"><body style="font:16px/1.5 sans-serif;color:#16202e;max-width:32rem">',
      `<p>${escape(asks)}</p>`,
      `<p style="font:600 28px/1.4 monospace;letter-spacing:.08em">${spokenCode(code)}</p>`,
      `<p>${lasts}</p><p style="color:#536072">${stranger}</p></body></html>`,
    ].join('\n'),
  };
}

export const smsOf = ({ code, applicationName }: CodeMessage): string =>
  `${spokenCode(code)} is your sign-in code for ${oneLine(applicationName).slice(0, 40)}. It works for ${minutes} minutes. Tell it to nobody.`;

/** Names of applications are an admin's; in a subject they are one short line. */
const oneLine = (name: string): string =>
  name
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, 80) || 'your application';

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
