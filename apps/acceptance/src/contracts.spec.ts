import { readdirSync, readFileSync } from 'node:fs';
import { allTopics, type AnyTopic } from '@homerealm/contracts';
import * as contracts from '@homerealm/contracts';
import { decodeRecord } from '@homerealm/events';
import { type AsyncAPIDocumentInterface, DiagnosticSeverity, Parser } from '@asyncapi/parser';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const text = readFileSync(`${root}docs/generated/asyncapi.yaml`, 'utf8');

// One for all documents: making it costs seconds.
const parser = new Parser();

/** Reads a document as its own tool does. It is not told where it lies, so it can fetch nothing. */
async function read(source: string): Promise<{ document?: AsyncAPIDocumentInterface; errors: string[] }> {
  const { document, diagnostics } = await parser.parse(source);
  const errors = diagnostics.filter(({ severity }) => severity === DiagnosticSeverity.Error);
  return { ...(document ? { document } : {}), errors: errors.map(({ message }) => message) };
}

/** Which service consumes which topic, as the source code says: every `@Consumes(xTopic)` and `@StartsFrom(xTopic)`. */
function consumedInCode(): string[] {
  return readdirSync(`${root}apps`)
    .filter((app) => app !== 'acceptance')
    .flatMap((service) => {
      const files = readdirSync(`${root}apps/${service}/src`, { recursive: true, encoding: 'utf8' });
      const code = files.filter((file) => file.endsWith('.ts') && !/\.spec\.ts$|fixtures\//.test(file));
      return code.flatMap((file) =>
        consumedIn(`${root}apps/${service}/src/${file}`).map((topic) => `${service} receives ${topic}`),
      );
    });
}

function consumedIn(file: string): string[] {
  const handlers = readFileSync(file, 'utf8').matchAll(/@(?:Consumes|StartsFrom)\(\s*(\w*)/g);
  return [...handlers].map(([, constant = '']) => {
    const topic = (contracts as Record<string, unknown>)[constant] as AnyTopic | undefined;
    if (!topic) throw new Error(`${file} consumes ${constant}, which is no topic of the contracts`);
    return topic.name;
  });
}

describe('the AsyncAPI document', () => {
  let document: AsyncAPIDocumentInterface | undefined;
  let errors: string[];
  beforeAll(async () => {
    ({ document, errors } = await read(text));
  }, 180_000);

  it('has no mistake, by its own parser', () => {
    expect(errors).toEqual([]);
  });

  it('has every topic, with every event and its tombstone', () => {
    const channels = document?.channels().all() ?? [];
    const told = channels.map((channel) => [
      channel.address(),
      channel
        .messages()
        .all()
        .map((one) => one.id()),
    ]);
    const declared = allTopics.map(({ name, events, policy }) => [
      name,
      Object.keys(events).flatMap((type) => (policy.cleanup === 'compact' ? [type, `${type}Tombstone`] : [type])),
    ]);
    expect(told).toEqual(declared);
  });

  it('gives every message the headers of a record beside its own', () => {
    for (const message of document?.messages().all() ?? []) {
      const headers = message.headers()?.json() as {
        properties: Record<string, { const?: string }>;
        required: string[];
      };
      expect(headers.required).toContain('ce_sequence');
      expect(Object.keys(headers.properties)).toEqual(expect.arrayContaining(['ce_id', 'ce_sequence', 'ce_revision']));
      expect(headers.properties['ce_type']?.const).toBe(message.name());
    }
  });

  it('says who sends: the owner of the topic alone', () => {
    const sends = document?.operations().filterBySend() ?? [];
    const said = sends.map(
      (operation) => `${operation.tags().all()[0]?.name()} ${operation.channels().all()[0]?.address()}`,
    );
    expect(said.sort()).toEqual(allTopics.map(({ owner, name }) => `${owner} ${name}`).sort());
  });

  it('says who receives: what stands in the code of the services, and only what they may read', () => {
    const receives = (document?.operations().filterByReceive() ?? []).map((operation) => ({
      service: operation.tags().all()[0]?.name() ?? '',
      topic: operation.channels().all()[0]?.address() ?? '',
    }));
    expect(receives.map(({ service, topic }) => `${service} receives ${topic}`).sort()).toEqual(
      consumedInCode().sort(),
    );
    expect(receives.length).toBeGreaterThan(0);
    for (const { service, topic } of receives) {
      const readers = allTopics.find(({ name }) => name === topic)?.readers;
      expect(readers === 'any' || readers?.includes(service)).toBe(true);
    }
  });
});

type Part = { [name: string]: Part };
const signIn = 'auth-gateway.sign-in.v1';

/** One topic of the document, so that reading it is quick. */
function excerpt(): Part {
  const { channels, operations, components, ...rest } = parse(text) as Part;
  const ofSignIn = (parts: Part | undefined) =>
    Object.fromEntries(Object.entries(parts ?? {}).filter(([key]) => key.includes(signIn)));
  const messages = ofSignIn(components?.['messages']);
  return {
    ...rest,
    channels: ofSignIn(channels),
    operations: ofSignIn(operations),
    components: { ...components, messages },
  };
}

const first = (parts: Part | undefined): Part => Object.values(parts ?? {})[0] ?? {};
const change = (part: Part | undefined, to: object) => Object.assign(part ?? {}, to);
const brokenBy: [mistake: string, damage: (document: Part) => unknown][] = [
  ['a topic that is not there', ({ operations }) => change(first(operations)['channel'], { $ref: '#/channels/lost' })],
  ['a message that is not there', ({ channels }) => change(first(first(channels)['messages']), { $ref: '#/lost' })],
  ['partitions in words', ({ channels }) => change(first(channels)['bindings']?.['kafka'], { partitions: 'six' })],
  [
    'a payload that is no schema',
    ({ components }) => change(first(components?.['messages'])['payload'], { type: 'text' }),
  ],
];

describe('a broken AsyncAPI document is noticed:', () => {
  const errorsIn = async (document: Part) => (await read(stringify(document, { aliasDuplicateObjects: false }))).errors;

  it('none, when nothing is wrong', async () => {
    expect(await errorsIn(excerpt())).toEqual([]);
  });

  it.each(brokenBy)('%s', async (_, damage) => {
    const document = excerpt();
    damage(document);
    expect(await errorsIn(document)).not.toEqual([]);
  });
});

type Stored = { key: string; headers: Record<string, string>; value: unknown };
const folders = [
  'samples',
  ...readdirSync(`${root}libs/contracts/released`).map((version) => `released/${version}/samples`),
];
const samples = folders.flatMap((folder) =>
  readdirSync(`${root}libs/contracts/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({ file: `${folder}/${file}`, topic: file.split('/')[0] ?? '' })),
);

describe('the consumer of today', () => {
  it.each(samples)('reads $file', ({ file, topic: name }) => {
    const { key, headers, value } = JSON.parse(readFileSync(`${root}libs/contracts/${file}`, 'utf8')) as Stored;
    const topic = allTopics.find((one) => one.name === name);
    const record = {
      topic: name,
      partition: 0,
      offset: 0n,
      key,
      headers,
      value: value === null ? null : JSON.stringify(value),
    };
    expect(topic && decodeRecord(record, topic).event).toMatchObject({
      type: headers['ce_type'],
      subject: key,
      data: value,
    });
  });
});
