import { createRequire } from 'node:module';
import fc from 'fast-check';
import { murmur2 } from './murmur2.js';

type Murmur2 = (key: Buffer) => number;
const kafkas = createRequire(import.meta.url)('kafkajs/src/producer/partitioners/default/murmur2.js') as Murmur2;

it('hashes every key as the Kafka client does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const key = Buffer.from(bytes);
      expect(murmur2(key) & 0x7fffffff).toBe(kafkas(key) & 0x7fffffff);
    }),
  );
});
