import fc from 'fast-check';
import { AnyBytes } from './fixtures/any-bytes.js';
import { boundMs } from './fixtures/door.js';
import { postedArbitrary } from './fixtures/posted.js';

let doors: AnyBytes;
beforeAll(async () => {
  doors = await AnyBytes.open();
});

/** `npm run fuzz` goes on for as long as one likes; docs/fuzz-report.md. */
it('A21, A22, A23: whatever is posted ends as a refusal with a code, in bounded time, or as somebody who was signed', async () => {
  const endings = new Set<string>();
  await fc.assert(
    fc.asyncProperty(postedArbitrary(), async (posted) => {
      const { ending, finding, cpuMs } = await doors.post(posted);
      endings.add(ending);
      expect(finding).toBeUndefined();
      expect(cpuMs).toBeLessThan(boundMs);
    }),
    { numRuns: 400, seed: 20_261_122 },
  );
  // Changes of every kind came by: those that mean nothing, too.
  expect([...endings]).toEqual(
    expect.arrayContaining([
      'account',
      'upstream.document-malformed',
      'upstream.document-forbidden',
      'upstream.assertion-count',
      'upstream.signature-invalid',
      'upstream.signature-structure',
      'upstream.callback-malformed',
    ]),
  );
});
