const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * Suites that take a minute or more, most of it waiting for brokers, leases and processes. On a fresh clone Jest knows no
 * times and goes by the size of files, so that some of these would begin when all others are done.
 */
const long = [
  'chaos/chaos.accept',
  'admission.int',
  'embedded.accept',
  'outside-consumer.accept',
  'cli.int',
  'people.accept',
  'erasure.accept',
  'freshness.accept',
  'journey.accept',
  'federation.accept',
  'import-killed.accept',
  'house/house.accept',
  'kafka/faults.int',
  'kafka/kafka-log.int',
  'tracing.accept',
];
const placeOf = ({ path }) => {
  const place = long.findIndex((name) => path.endsWith(`/${name}.ts`) || path.endsWith(`/${name}.spec.ts`));
  return place < 0 ? long.length : place;
};

module.exports = class LongestFirst extends Sequencer {
  async sort(tests) {
    const usual = await super.sort(tests);
    return [...usual].sort((one, other) => placeOf(one) - placeOf(other));
  }
};
