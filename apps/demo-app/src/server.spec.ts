import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readSettings } from './config.js';
import { EventFeed } from './feed/event-feed.js';
import { createDemoServer } from './server.js';

const issuer = 'http://127.0.0.1:65500';

describe('a sign-in that somebody else begins', () => {
  let server: Server;
  let url = '';
  beforeAll(async () => {
    const settings = readSettings({ ISSUER: issuer, CLIENT_ID: 'demo', CLIENT_SECRET: 'secret' });
    server = createDemoServer(settings, new EventFeed());
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sign-in?connection_id=conn_1&iss=`;
  });
  afterAll(() => new Promise((closed) => server.close(closed)));

  it('A10: goes nowhere for another provider than ours', async () => {
    const answer = await fetch(`${url}https://evil.example`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([502, null]);
    expect(await answer.text()).toContain('another provider than ours');
  });

  it('asks our own provider, which is not there, like any other', async () => {
    const answer = await fetch(`${url}${encodeURIComponent(issuer)}`, { redirect: 'manual' });
    expect(answer.status).toBe(502);
    expect(await answer.text()).toMatch(/That did not work(?!.*another provider than ours)/s);
  });
});
