import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SettingsError } from './failures.js';
import { readSettings, type Where } from './settings.js';

describe('the settings', () => {
  const top = mkdtempSync(join(tmpdir(), 'homerealm-cli-settings-'));
  const folder = join(top, 'docs', 'deep');
  const nothing: Where = { environment: {}, folder: '/', local: undefined, service: undefined };
  const postgres = Object.fromEntries(
    ['gateway', 'registry', 'directory', 'profileSync', 'eventLog'].map((name) => [
      name,
      `postgres://u:geheim@h/${name}`,
    ]),
  );
  const write = (content: unknown) => writeFileSync(join(top, '.homerealm', 'local.json'), JSON.stringify(content));

  beforeAll(() => {
    mkdirSync(join(top, '.homerealm'));
    mkdirSync(folder, { recursive: true });
  });
  beforeEach(() => write({ kafka: null, postgres }));
  afterAll(() => rmSync(top, { recursive: true }));

  it('are those of the environment, read as a service reads them', () => {
    const environment = { KAFKA_BROKERS: 'one:9092, two:9092', DATABASE_URL: 'postgres://h/d', KAFKA_TLS: 'true' };
    const { log, database } = readSettings({ ...nothing, folder, environment });
    expect(log).toMatchObject({ EVENT_LOG: 'kafka', KAFKA_BROKERS: ['one:9092', 'two:9092'], KAFKA_TLS: true });
    expect(database).toBe('postgres://h/d');
  });

  it('are those of the local system above the folder where the environment says nothing', () => {
    const settings = readSettings({ ...nothing, folder, environment: { EVENT_LOG: '' } });
    expect(settings).toEqual({
      log: { EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: 'postgres://u:geheim@h/eventLog' },
      database: undefined,
      fromLocal: true,
    });
  });

  it('take the database of the service that is chosen, and Kafka when it runs', () => {
    write({ kafka: { brokers: ['here:9092'] }, postgres });
    const settings = readSettings({
      ...nothing,
      folder,
      environment: { KAFKA_BROKERS: 'x:1' },
      service: 'profile-sync',
    });
    expect(settings.log).toEqual({ EVENT_LOG: 'kafka', KAFKA_BROKERS: ['here:9092'] });
    expect(settings.database).toBe('postgres://u:geheim@h/profileSync');
  });

  it.each([
    ['nothing anywhere', nothing, 'no local system runs here'],
    ['a service without a local system', { ...nothing, service: 'auth-gateway' as const }, 'none runs here'],
    ['no brokers', { ...nothing, environment: { EVENT_LOG: 'kafka' } }, 'needs KAFKA_BROKERS'],
    ['a bad value', { ...nothing, environment: { DATABASE_URL: 'geheim' } }, 'DATABASE_URL: Invalid URL'],
  ])('are refused in plain words with %s', (_name, where, says) => {
    const read = () => readSettings(where);
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(says);
    expect(read).not.toThrow('geheim');
  });

  it('never quote the file of a local system', () => {
    write({ kafka: 'geheim', postgres });
    const read = () => readSettings({ ...nothing, folder });
    expect(read).toThrow('is not of a local system');
    expect(read).not.toThrow('geheim');
  });
});
