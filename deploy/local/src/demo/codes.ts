import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../http.js';
import type { LocalFile } from '../local-file.js';
import { PlainFailure } from '../plain-failure.js';

const patienceMs = 20_000;

/**
 * The code in the first mail to an address of the demonstration, from the mailbox of the local system.
 * @throws PlainFailure when none comes
 */
export async function codeFor(email: string, { mailbox }: LocalFile, signal: AbortSignal): Promise<string> {
  if (!mailbox) throw new PlainFailure('this system has no mailbox: start it again');
  const url = `${mailbox.url}/mails?to=${encodeURIComponent(email)}`;
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(50, undefined, { signal })) {
    const [mail] = JSON.parse((await ask(url)).body) as { text: string }[];
    const code = /\d{4} \d{4}/.exec(mail?.text ?? '')?.[0];
    if (code) return code;
  }
  throw new PlainFailure(
    `No code came for ${email}. One machine gets CODES_PER_NETWORK of them in a quarter of an hour.`,
  );
}
