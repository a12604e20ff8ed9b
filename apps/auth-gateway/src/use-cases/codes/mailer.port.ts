import type { MailText } from '../../domain/own-sign-in/code-message.js';

/** A message that will not arrive however often it is sent: a mailbox that does not exist, for one. */
export class Undeliverable extends Error {
  constructor(readonly reason: string) {
    super(reason);
    this.name = 'Undeliverable';
  }
}

/** Hands a mail to a mail server. */
export abstract class Mailer {
  /** @throws Undeliverable when trying again is of no use; any other error when it may be */
  abstract send(to: string, mail: MailText): Promise<void>;
  abstract close(): Promise<void>;
}
