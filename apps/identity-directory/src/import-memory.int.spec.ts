import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { eventually } from '@homerealm/testing';
import { ended } from './fixtures/import-file.js';
import { startDirectory, type RunningDirectory } from './fixtures/start-directory.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const heldNow = () => {
  collectGarbage();
  return process.memoryUsage().heapUsed + process.memoryUsage().external;
};

const rows = 13_000;
const megabyte = 1_048_576;

let directory: RunningDirectory;
beforeAll(async () => {
  directory = await startDirectory({ LOG_LEVEL: 'warn' });
});
afterAll(() => directory.close());

/** Made while it is sent, so that nobody holds the file. */
const file = () => {
  let made = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const lines = made === 0 ? ['email,email_verified,given_name,family_name,provided_id'] : [];
      for (let end = Math.min(rows, made + 1000); made < end; made++)
        lines.push(`person.${made}@company${made % 50}.example,true,Given ${made},"Family, ${made}",p${made}`);
      controller.enqueue(new TextEncoder().encode(`${lines.join('\n')}\n`));
      if (made === rows) controller.close();
    },
  });
};

it('takes as much memory for the last rows as for the first', async () => {
  const { body } = await directory.send('POST', '/imports', 'text/csv', file());
  const readOf = async () => (await directory.call('GET', `/imports/${body.importId}`)).body.counts.read as number;
  /** The least of a few: between them lie rows and events that are on their way at the moment. */
  const leastHeldAt = async (places: readonly number[]) => {
    const held: number[] = [];
    for (const place of places) {
      await eventually(async () => (await readOf()) >= place, { timeout: 100_000, every: 50 });
      held.push(heldNow());
    }
    return Math.min(...held);
  };
  const atFirst = await leastHeldAt([2000, 3000, 4000]);
  const atLast = await leastHeldAt([10_000, 11_000, 12_000]);
  expect(await ended(directory, body.importId, 60_000)).toMatchObject({ counts: { read: rows, created: rows } });
  // 8 000 rows lie between the two; to keep what was decided about them would take more than 20 MB.
  expect((atLast - atFirst) / megabyte).toBeLessThan(6);
}, 180_000);
