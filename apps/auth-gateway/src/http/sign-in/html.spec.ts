import fc from 'fast-check';
import { html } from './html.js';

describe('html', () => {
  it('escapes what is put in, in text and in attributes', () => {
    expect(html`<a title="${'"><script>'}">${"<b>&'"}</a>`.text).toBe(
      '<a title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;&#39;</a>',
    );
    fc.assert(fc.property(fc.string(), (text) => !/[<>"']/.test(html`${text}`.text)));
  });

  it('keeps what is HTML already, and leaves out what is not there', () => {
    expect(html`${html`<i></i>`}${[html`<b></b>`, html`<u></u>`]}${undefined}${null}${false}${0}`.text).toBe(
      '<i></i><b></b><u></u>0',
    );
  });
});
