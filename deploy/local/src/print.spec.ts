import { table } from './print.js';

describe('a table on the terminal', () => {
  it('lines its columns up under their heads', () => {
    expect(
      table([
        ['email', 'note'],
        ['anna@contoso.example', 'three groups'],
        ['b', ''],
      ]),
    ).toEqual([
      '  email                 note',
      '  ────────────────────  ────────────',
      '  anna@contoso.example  three groups',
      '  b',
    ]);
  });
});
