import { columnOf, readCells, readHeader, readLine } from './import-row.js';

describe('the header of a file', () => {
  it.each([
    ['email', 'email'],
    [' E-Mail Address ', undefined],
    ['Email Address', 'email'],
    ['firstName', 'given_name'],
    ['Last Name', 'family_name'],
    ['ID', 'provided_id'],
    ['external_organization_id', 'organization'],
    ['entraObjectId', 'entra_object_id'],
    ['password', undefined],
    ['constructor', undefined],
    ['__proto__', undefined],
  ])('reads %j as %s', (name, column) => {
    expect(columnOf(name)).toBe(column);
  });

  it.each([
    [['email', 'shoe size'], 'import.unknown-column'],
    [['email', 'first_name', 'given name'], 'import.duplicate-column'],
    [[''], 'import.no-header'],
    [Array.from({ length: 101 }, () => 'email'), 'import.no-header'],
  ])('is refused: case %#', (cells, code) => {
    expect(() => readHeader(cells)).toThrow(expect.objectContaining({ code }));
  });

  it('is not repeated when it is refused: without a header it is somebody’s row', () => {
    expect(() => readHeader(['ada@canary.example'])).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('canary') }),
    );
  });
});

describe('a row of a CSV file', () => {
  const columns = readHeader(['email', 'given_name']);

  it('may be shorter than the header, and its empty cells say nothing', () => {
    expect(readCells(columns, ['ada@x.example'])).toEqual({ email: 'ada@x.example' });
    expect(readCells(columns, ['ada@x.example', ''])).toEqual({ email: 'ada@x.example' });
  });

  it('may end with separators that have nothing after them, not with more cells', () => {
    expect(readCells(columns, ['ada@x.example', 'Ada', '', ''])).toMatchObject({ given_name: 'Ada' });
    expect(readCells(columns, ['ada@x.example', 'Ada', 'x'])).toMatchObject({ code: 'import.too-many-cells' });
  });

  it('keeps what begins like a formula as it is', () => {
    expect(readCells(columns, ['ada@x.example', '=1+1'])).toMatchObject({ given_name: '=1+1' });
  });

  it('is refused where it holds bytes of another encoding', () => {
    expect(readCells(columns, ['ada@x.example', 'M\uFFFDller'])).toMatchObject({
      code: 'import.not-utf8',
      field: 'given_name',
    });
  });
});

describe('a line of NDJSON', () => {
  it('gives texts, also for numbers and truth values', () => {
    expect(readLine('{"id":7,"email":"a@x.example","email_verified":true,"picture":null}')).toEqual({
      provided_id: '7',
      email: 'a@x.example',
      email_verified: 'true',
    });
  });

  it.each([
    ['[1]', 'import.not-json'],
    ['null', 'import.not-json'],
    ['{"email":', 'import.not-json'],
    ['{"emial":"a@x.example"}', 'import.unknown-field'],
    ['{"__proto__":"x"}', 'import.unknown-field'],
    ['{"id":"1","provided_id":"2"}', 'import.unknown-field'],
    ['{"email":["a@x.example"]}', 'import.invalid-value'],
    ['{"email":{"a":1}}', 'import.invalid-value'],
  ])('is refused as %s', (line, code) => {
    expect(readLine(line)).toMatchObject({ code });
  });
});
