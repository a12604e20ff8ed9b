import { Logger } from '@nestjs/common';
import { createLogger, NestLogger } from './logger.js';

describe('what Nest logs', () => {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  const logger = new Logger('Somewhere');
  beforeAll(() => Logger.overrideLogger(new NestLogger(createLogger('service', 'trace', { write }))));
  afterAll(() => Logger.overrideLogger(false));
  beforeEach(() => void lines.splice(0));

  it('are texts with their context', () => {
    logger.warn('it happened');
    expect(lines).toMatchObject([{ level: 40, context: 'Somewhere', msg: 'it happened' }]);
  });

  it('are fields with a text, without those that are secret', () => {
    logger.error({ connectionId: 'conn_1', code: 'a code', email: 'ada@x.example' }, 'it was refused');
    expect(lines).toMatchObject([{ level: 50, context: 'Somewhere', connectionId: 'conn_1', msg: 'it was refused' }]);
    expect(lines[0]).not.toHaveProperty('code');
    expect(lines[0]).not.toHaveProperty('email');
  });

  it('are fields alone', () => {
    logger.log({ route: '/' });
    expect(lines).toMatchObject([{ level: 20, context: 'Somewhere', route: '/' }]);
  });

  it('are errors, without what a driver hung on them', () => {
    const error = Object.assign(new Error('broken'), { parameters: ['ada@x.example'] });
    logger.error(error);
    logger.error({ err: error }, 'it went wrong');
    expect(lines).toMatchObject([{ msg: 'broken', err: { message: 'broken' } }, { msg: 'it went wrong' }]);
    expect(JSON.stringify(lines)).not.toContain('ada@x.example');
  });
});
