import { EntraConnectionChange, NewEntraConnection } from '@homerealm/contracts';
import type { z } from 'zod';
import type { Reading } from '../domain/problems.js';
import { etagOf, revisionOf } from './if-match.js';
import { reading } from './reading.js';

const read = (body: unknown): Reading<z.output<typeof NewEntraConnection>> =>
  reading(NewEntraConnection)['~standard'].validate(body).value;

describe('reading', () => {
  it('hands on what has the right form, and says what is wrong with the rest', () => {
    const { value, problems } = read({ name: 'ok', displayName: 7, surprise: 1, clientId: 'x', createUsers: true });
    expect(value).toEqual({ name: 'ok', createUsers: true });
    expect(problems.map(({ field, code }) => [field, code])).toEqual(
      expect.arrayContaining([
        ['surprise', 'request.unknown-field'],
        ['displayName', 'request.invalid-field'],
        ['clientId', 'request.invalid-field'],
        ['clientSecret', 'request.missing-field'],
      ]),
    );
  });

  it.each([undefined, null, 'text', 7, []])('says that %j is no body', (body) => {
    expect(read(body).problems.length).toBeGreaterThan(0);
  });

  it('describes itself as the schema it was made of', () => {
    const described = reading(EntraConnectionChange)['~standard'].jsonSchema.input({ target: 'openapi-3.0' });
    expect(Object.keys(described['properties'] as object)).toContain('homeRealmDomains');
  });
});

describe('If-Match', () => {
  it.each([
    [undefined, undefined],
    ['*', undefined],
    [etagOf(3), 3],
    ['W/"3"', 3],
    ['3', 3],
  ])('%j asks for %j', (header, revision) => expect(revisionOf(header)).toBe(revision));

  it.each(['', 'abc', '"abc"', '"3", "4"', '-1'])('%j is no ETag of ours', (header) => {
    expect(() => revisionOf(header)).toThrow('request.invalid-field');
  });
});
