import { Injectable } from '@nestjs/common';

/** Wakes this instance's worker when an import was started here; one started elsewhere is found by looking. */
@Injectable()
export class ImportBell {
  private rung = false;
  private wake = () => {};

  ring(): void {
    this.rung = true;
    this.wake();
  }

  /** Until it rings, the time is over, or the signal comes. */
  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (!this.rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const stop = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', stop);
          resolve();
        };
        const timer = setTimeout(stop, milliseconds);
        this.wake = stop;
        signal.addEventListener('abort', stop);
      });
    }
    this.rung = false;
  }
}
