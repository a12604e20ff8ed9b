import { getEventListeners } from 'node:events';
import { ImportBell } from './import-bell.js';

const forever = 60_000;

describe('the bell of imports', () => {
  it('wakes whoever waits, also when it rang before', async () => {
    const bell = new ImportBell();
    const waiting = bell.wait(forever, new AbortController().signal);
    bell.ring();
    await waiting;
    bell.ring();
    await bell.wait(forever, new AbortController().signal);
  });

  it('wakes at the end of the time and at the signal, and leaves nothing behind on it', async () => {
    const bell = new ImportBell();
    const stopping = new AbortController();
    const { signal } = stopping;
    for (let waits = 0; waits < 3; waits++) await bell.wait(1, signal);
    const rung = bell.wait(forever, signal);
    bell.ring();
    await rung;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    const stopped = bell.wait(forever, signal);
    stopping.abort();
    await stopped;
    await bell.wait(forever, signal);
  });
});
