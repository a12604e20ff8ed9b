import { z } from 'zod';
import { BadSettings, defineConfig, flag } from './config.js';

const config = defineConfig({
  PORT: z.coerce.number().int().default(1).describe('Where.'),
  URL: z.url().describe('Whom.'),
  KEYS: z.string().min(5).describe('Secret.'),
  ON: flag().default(false).describe('Whether.'),
});

describe('settings', () => {
  it('are read, coerced and defaulted', () => {
    expect(config.read({ URL: 'http://x.example', KEYS: 'abcdef', ON: 'true', OTHER: 'x' })).toEqual({
      PORT: 1,
      URL: 'http://x.example',
      KEYS: 'abcdef',
      ON: true,
    });
  });

  it('report all problems together and no value', () => {
    const read = () => config.read({ PORT: 'x', URL: '', KEYS: 'abcd' });
    expect(read).toThrow(BadSettings);
    expect(read).toThrow(/PORT[\s\S]*URL[\s\S]*KEYS/);
    expect(read).not.toThrow(/abcd/);
  });
});
