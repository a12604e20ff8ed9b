import { readdirSync, readFileSync } from 'node:fs';
import { allTopics, type AnyTopic } from '@homerealm/contracts';
import * as contracts from '@homerealm/contracts';
import { decodeRecord } from '@homerealm/events';
import { type AsyncAPIDocumentInterface, DiagnosticSeverity, Parser } from '@asyncapi/parser';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const text = readFileSync(`${root}docs/generated/asyncapi.yaml`, 'utf8');

/** Reads a document as its own tool does. It is not told where it lies, so it can fetch nothing. */
async function read(source: string): Promise<{ document?: AsyncAPIDocumentInterface; errors: string[] }> {
  const { document, diagnostics } = await new Parser().parse(source);
  const errors = diagnostics.filter(({ severity }) => severity === DiagnosticSeverity.Error);
  return { ...(document ? { document } : {}), errors: errors.map(({ message }) => message) };
}

/** Which service consumes which topic, as the source code says: every `@Consumes(xTopic)`. */
function consumedInCode(): string[] {
  return readdirSync(`${root}apps`).flatMap((service) => {
    const files = readdirSync(`${root}apps/${service}/src`, { recursive: true, encoding: 'utf8' });
    const code = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
    return code.flatMap((file) =>
      [...readFileSync(`${root}apps/${service}/src/${file}`, 'utf8').matchAll(/@Consumes\((\w+)\)/g)].map(
        ([, name]) => {
          const topic = (contracts as Record<string, unknown>)[name ?? ''] as AnyTopic;
          return `${service} receives ${topic.name}`;
        },
      ),
    );
  });
}

describe('the AsyncAPI document', () => {
  let document: AsyncAPIDocumentInterface | undefined;
  let errors: string[];
  beforeAll(async () => {
    ({ document, errors } = await read(text));
  });

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
      Object.keys(events).flatMap((type) => [
        `${name}.${type}`,
        ...(policy.cleanup === 'compact' ? [`${name}.${type}.tombstone`] : []),
      ]),
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
const brokenBy: [mistake: string, change: (document: Part) => void][] = [
  [
    'an operation on a channel that is not there',
    ({ operations }) => {
      first(operations)['channel'] = { $ref: '#/channels/lost' } as unknown as Part;
    },
  ],
  [
    'a channel whose message is not there',
    ({ channels }) => delete channels?.[signIn]?.['messages']?.['UserSignedIn']?.['$ref'],
  ],
  ['an action that does not exist', ({ operations }) => Object.assign(first(operations), { action: 'shout' })],
  [
    'partitions in words',
    ({ channels }) => Object.assign(channels?.[signIn]?.['bindings']?.['kafka'] ?? {}, { partitions: 'six' }),
  ],
  [
    'a payload that is no schema',
    ({ components }) => Object.assign(first(components?.['messages']), { payload: { type: 'text' } }),
  ],
  [
    'an example that does not fit its payload',
    ({ components }) => Object.assign(first(components?.['messages']), { examples: [{ payload: {} }] }),
  ],
  ['no title', ({ info }) => delete info?.['title']],
];
const first = (parts: Part | undefined): Part => Object.values(parts ?? {})[0] ?? {};

describe('a broken AsyncAPI document is noticed:', () => {
  it.each(brokenBy)('%s', async (_, change) => {
    const document = parse(text) as Part;
    change(document);
    expect((await read(stringify(document, { aliasDuplicateObjects: false }))).errors).not.toEqual([]);
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
