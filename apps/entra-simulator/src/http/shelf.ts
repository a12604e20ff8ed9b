import { randomBytes } from 'node:crypto';

type Kept<T> = { value: T; until: number };

/** Things kept for a while under names nobody can guess; the oldest go when it is full. */
export class Shelf<T> {
  private readonly kept = new Map<string, Kept<T>>();

  constructor(
    private readonly prefix: string,
    private readonly limit = 5_000,
  ) {}

  put(value: T, seconds: number): string {
    const id = `${this.prefix}${randomBytes(33).toString('base64url')}`;
    this.kept.set(id, { value, until: Date.now() + seconds * 1000 });
    const [oldest] = this.kept.keys();
    if (this.kept.size > this.limit && oldest !== undefined) this.kept.delete(oldest);
    return id;
  }

  /** The thing and whether its time is over; expired things stay known until pushed out. */
  look(id: string): { value: T; expired: boolean } | undefined {
    const found = this.kept.get(id);
    return found && { value: found.value, expired: found.until <= Date.now() };
  }

  get(id: string): T | undefined {
    const found = this.look(id);
    return found && !found.expired ? found.value : undefined;
  }

  drop(id: string): void {
    this.kept.delete(id);
  }

  clear(): void {
    this.kept.clear();
  }
}
