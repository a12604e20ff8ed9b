import { Injectable } from '@nestjs/common';

/** Answers whether the service can do its work now. Parts add their own check; a check that throws says no. */
@Injectable()
export class Readiness {
  private readonly checks = new Map<string, () => void | Promise<void>>();

  add(name: string, check: () => void | Promise<void>): void {
    this.checks.set(name, check);
  }

  /** Runs all checks; the reason of a failure goes to the answer as a plain word, its details to nobody. */
  async report(): Promise<{ ready: boolean; checks: Record<string, 'up' | 'down'> }> {
    const entries = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await isUp(check)] as const),
    );
    return { ready: entries.every(([, state]) => state === 'up'), checks: Object.fromEntries(entries) };
  }
}

async function isUp(check: () => void | Promise<void>): Promise<'up' | 'down'> {
  try {
    await check();
    return 'up';
  } catch {
    return 'down';
  }
}
