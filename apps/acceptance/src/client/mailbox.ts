import { eventually } from '@homerealm/testing';

type Mail = { subject: string; text: string };

/** The mailbox of a local system: every mail it sends ends there. */
export class Mailbox {
  private readonly read = new Map<string, number>();

  constructor(private readonly url: string) {}

  /** The code in the next mail to this address that was not read here before. */
  codeFor(email: string): Promise<string> {
    return eventually(
      async () => {
        const mails = await this.to(email);
        const [newest] = mails;
        if (!newest || mails.length === this.read.get(email.toLowerCase())) return false;
        this.read.set(email.toLowerCase(), mails.length);
        return /\d{4} \d{4}/.exec(newest.text)?.[0] ?? false;
      },
      { timeout: 20_000, says: 'a mail with a code' },
    );
  }

  private async to(email: string): Promise<Mail[]> {
    const all = (await (await fetch(`${this.url}/mails`)).json()) as (Mail & { to: string })[];
    return all.filter(({ to }) => to.toLowerCase() === email.toLowerCase());
  }
}
