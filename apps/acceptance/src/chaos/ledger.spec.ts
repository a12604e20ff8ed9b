import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger, readLedger, type Wish } from './ledger.js';

describe('the ledger', () => {
  const folder = mkdtempSync(join(tmpdir(), 'homerealm-ledger-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const wish: Wish = { kind: 'suspend-user', entity: 'ada' };

  it('has an attempt on disk before it says so', async () => {
    const ledger = new Ledger(join(folder, 'first'));
    await ledger.attempt(ledger.nextNumber(), wish);
    expect(readFileSync(ledger.path, 'utf8')).toContain('"says":"attempt","number":1');
    await ledger.close();
  });

  it('tells tries and acknowledgements apart, and forgets a torn last line', async () => {
    const ledger = new Ledger(join(folder, 'second'));
    const [one, two] = [ledger.nextNumber(), ledger.nextNumber()];
    await Promise.all([ledger.attempt(one, wish), ledger.attempt(two, wish)]);
    await ledger.attempt(one, wish);
    await ledger.ack(one, 'user_1');
    await ledger.close();
    appendFileSync(ledger.path, '{"at":1,"says":"ack","num');
    expect(readLedger(ledger.path)).toEqual([
      { wish, tries: 2, id: 'user_1' },
      { wish, tries: 1, id: undefined },
    ]);
  });
});
