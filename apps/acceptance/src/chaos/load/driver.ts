import type { Ledger, Wish } from '../ledger.js';
import { InDoubtError, TryAgainError } from './api.js';

/** What an actor needs to make wishes. */
export type Driver = {
  /** Until it is true, actors begin new lives. */
  isOver(): boolean;
  /** Resolves when consumers have caught up enough for more; what piles up would only be waited for at the end. */
  ease(): Promise<void>;
  /**
   * Journals the wish, tries it until it is acknowledged, and journals that.
   * @param work is called with how often it was tried before; gives the id of what it was about
   * @returns undefined when it stays in doubt: then nothing more may be asked of this entity
   */
  wish(wish: Wish, work: (triesBefore: number) => Promise<string>): Promise<string | undefined>;
};

export type DriverOptions = {
  ledger: Ledger;
  isOver: () => boolean;
  isTooMuch: () => boolean;
  /** Hears of answers that cannot be: they are findings. */
  surprise: (says: string) => void;
  /** After this nothing is tried again. */
  givesUp: AbortSignal;
};

export function makeDriver({ ledger, isOver, isTooMuch, surprise, givesUp }: DriverOptions): Driver {
  const ease = async () => {
    while (isTooMuch() && !isOver()) await sleep(100);
  };
  const wish: Driver['wish'] = async (asked, work) => {
    const number = ledger.nextNumber();
    for (let tries = 0; !givesUp.aborted; tries++) {
      await ledger.attempt(number, asked);
      try {
        const id = await work(tries);
        await ledger.ack(number, id);
        return id;
      } catch (error) {
        if (error instanceof InDoubtError) return undefined;
        if (!(error instanceof TryAgainError)) {
          surprise(`${asked.kind} of ${asked.entity}: ${String(error)}`);
          return undefined;
        }
        await sleep(Math.min(1000, 100 * 2 ** tries));
      }
    }
    return undefined;
  };
  return { isOver, ease, wish };
}

export const sleep = (milliseconds: number): Promise<void> => new Promise((resume) => setTimeout(resume, milliseconds));
