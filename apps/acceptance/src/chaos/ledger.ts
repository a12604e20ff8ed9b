import { closeSync, fdatasync, openSync, readFileSync, write } from 'node:fs';
import { promisify } from 'node:util';

/** What the driver asks of the system. `entity` is what it is about; the driver asks one thing of an entity at a time. */
export type Wish =
  | { kind: 'create-user'; entity: string; email: string; identities: number; givenName: string }
  | { kind: 'change-user'; entity: string; givenName: string }
  | { kind: 'suspend-user' | 'reactivate-user' | 'delete-user'; entity: string }
  | { kind: 'sign-in'; entity: string; groups: string[] }
  | { kind: 'create-connection'; entity: string; name: string; displayName: string }
  | { kind: 'change-connection'; entity: string; displayName: string }
  | { kind: 'delete-connection'; entity: string }
  | { kind: 'change-policies'; entity: string; syncProfiles: boolean }
  | { kind: 'light-lamp'; entity: string };

/** One line of the journal. Every try is an attempt of its own, under the same number. */
export type Line =
  { at: number; says: 'attempt'; number: number; wish: Wish } | { at: number; says: 'ack'; number: number; id: string };

/** All that is known of one wish. */
export type Told = { wish: Wish; tries: number; id: string | undefined };

/** The journal outside of the system: what was asked and what was acknowledged, on disk before anything goes on. */
export class Ledger {
  private readonly file: number;
  private waiting: { text: string; written: (error?: unknown) => void }[] = [];
  private writing: Promise<void> | undefined;
  private last = 0;
  acknowledged = 0;
  attempts = 0;

  constructor(readonly path: string) {
    this.file = openSync(path, 'a', 0o600);
  }

  nextNumber(): number {
    return ++this.last;
  }

  async attempt(number: number, wish: Wish): Promise<void> {
    this.attempts += 1;
    await this.append({ at: Date.now(), says: 'attempt', number, wish });
  }

  /** @param id of what the wish was about, as the system answered it */
  async ack(number: number, id: string): Promise<void> {
    await this.append({ at: Date.now(), says: 'ack', number, id });
    this.acknowledged += 1;
  }

  async close(): Promise<void> {
    await this.writing;
    closeSync(this.file);
  }

  private append(line: Line): Promise<void> {
    return new Promise((resolve, reject) => {
      const written = (error?: unknown) => (error === undefined ? resolve() : reject(error as Error));
      this.waiting.push({ text: `${JSON.stringify(line)}\n`, written });
      this.writing ??= this.writeAll().finally(() => (this.writing = undefined));
    });
  }

  /** Those who wait share one write and one sync. */
  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0);
      try {
        await promisify(write)(this.file, batch.map(({ text }) => text).join(''));
        await promisify(fdatasync)(this.file);
        for (const { written } of batch) written();
      } catch (error) {
        for (const { written } of batch) written(error);
      }
    }
  }
}

/** Reads a journal back: by number, in the order they were asked. A torn last line is none. */
export function readLedger(path: string): Told[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return tellAll(lines.map((line) => JSON.parse(line) as Line));
}

export function tellAll(lines: readonly Line[]): Told[] {
  const told = new Map<number, Told>();
  for (const line of lines) {
    const known = told.get(line.number);
    if (line.says === 'attempt') {
      if (known) known.tries += 1;
      else told.set(line.number, { wish: line.wish, tries: 1, id: undefined });
    } else if (known) known.id = line.id;
    else throw new Error(`number ${line.number} was acknowledged and never attempted`);
  }
  return [...told.values()];
}
