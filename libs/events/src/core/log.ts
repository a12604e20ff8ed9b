import { codeOf } from './transient.js';

/** Writes one line of log. */
export type Says = { info(line: string): void; warn(line: string): void; error(line: string): void };

/** What may be logged of an error: its name, its code and where it was thrown; its message may quote data. */
export function fingerprint(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is not an Error';
  const code = codeOf(error);
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const own = frames.find((line) => !/node_modules|node:/.test(line)) ?? frames[0];
  const place = own
    ?.trim()
    .replace(/^at /, '')
    .replace(/\(?file:\/\/.*\/(?=(apps|libs)\/)/, '(');
  return [error.name, code, place].filter(Boolean).join(' ');
}

/** Logs a change of state once, however often it is reported. */
export class StateWords {
  private state: 'unknown' | 'publishing' | 'waiting' = 'unknown';

  constructor(private readonly says: Says) {}

  enter(state: 'publishing' | 'waiting', error?: unknown): void {
    if (state === this.state) return;
    if (state === 'waiting') this.says.warn(`Events wait in the outbox: ${fingerprint(error)}`);
    else if (this.state === 'waiting') this.says.info('Events go out again.');
    this.state = state;
  }
}
