import { EventEmitter, once } from 'node:events';
import { Logger } from '@nestjs/common';
import { Sweeper } from './sweeper.js';

class Failing extends Sweeper {
  sweeps = 0;
  readonly swept = new EventEmitter();

  constructor() {
    super('crumbs', 1);
  }

  sweep(): Promise<void> {
    this.sweeps += 1;
    queueMicrotask(() => this.swept.emit(String(this.sweeps)));
    return Promise.reject(new Error('no broom'));
  }
}

it('sweeps again after a round that failed, says so, and stops with the service', async () => {
  const logged: unknown[] = [];
  Logger.overrideLogger({ log: () => {}, error: () => {}, warn: (...said: unknown[]) => void logged.push(said) });
  const sweeper = new Failing();
  sweeper.onApplicationBootstrap();
  await once(sweeper.swept, '2');
  sweeper.onApplicationShutdown();
  expect(JSON.stringify(logged)).toContain('crumbs could not be swept');
  const { sweeps } = sweeper;
  const later = new Failing();
  later.onApplicationBootstrap();
  await once(later.swept, '3');
  later.onApplicationShutdown();
  expect(sweeper.sweeps).toBe(sweeps);
});
