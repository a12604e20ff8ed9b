import fc from 'fast-check';
import { upstreamErrors } from '../upstream.errors.js';
import type { CallbackInput, CodeTransaction } from '../upstream-protocol.js';
import { beginRequest, TestBed } from '../fixtures/test-bed.js';

let bed: TestBed;
beforeAll(async () => {
  bed = await TestBed.start();
});
afterAll(() => bed.close());

const names = fc.constantFrom(
  'code',
  'state',
  'error',
  'error_description',
  'iss',
  'id_token',
  '__proto__',
  'constructor',
  'p',
  'toString',
);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', 'a\r\nb', '\u0000', '\ud800', 'x'.repeat(20_000)),
);
const value = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.constant(undefined), fc.anything());
const query = fc.oneof(fc.dictionary(fc.oneof(names, text), value, { maxKeys: 6 }), fc.anything());
const garbage = fc.record({
  method: fc.oneof(fc.constant('GET'), text),
  query,
  body: fc.option(query, { nil: undefined }),
});

it('refuses whatever arrives with a code of the table, and asks the provider nothing', async () => {
  const protocol = bed.protocol();
  const { transaction } = await protocol.begin(bed.connection(), beginRequest());
  const before = bed.upstream.count('/token');
  await fc.assert(
    fc.asyncProperty(garbage, async (input) => {
      const outcome = await protocol.complete(bed.connection(), transaction, input as CallbackInput, {
        now: new Date(),
      });
      expect(outcome.outcome).toBe('refused');
      if (outcome.outcome === 'refused') expect(upstreamErrors.table).toHaveProperty([outcome.code]);
      expect(outcome.checks.at(-1)?.outcome).toBe('failed');
      expect(JSON.stringify(outcome)).not.toContain(transaction.nonce);
    }),
    { numRuns: 1_000 },
  );
  expect(bed.upstream.count('/token')).toBe(before);
});

it('refuses whatever arrives with the right state and no real code', async () => {
  const protocol = bed.protocol();
  const { transaction } = await protocol.begin(bed.connection(), beginRequest());
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, value, { maxKeys: 5 }), async (rest) => {
      const input = { method: 'GET', query: { ...rest, state: transaction.state } } as CallbackInput;
      const outcome = await protocol.complete(bed.connection(), transaction, input, { now: new Date() });
      expect(outcome.outcome).toBe('refused');
    }),
    { numRuns: 300 },
  );
});

it('refuses any connection and transaction that make no sense', async () => {
  const protocol = bed.protocol();
  await fc.assert(
    fc.asyncProperty(fc.anything(), fc.anything(), async (connection, transaction) => {
      const input = { method: 'GET', query: { code: 'x', state: 'y' } };
      const outcome = await protocol.complete(connection as never, transaction as CodeTransaction, input, {
        now: new Date(),
      });
      expect(outcome.outcome).toBe('refused');
    }),
    { numRuns: 300 },
  );
});
