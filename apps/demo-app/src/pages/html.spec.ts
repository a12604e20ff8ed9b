import { html } from './html.js';

describe('html', () => {
  it('escapes what is put in', () => {
    expect(html`<p title="${'"x"'}">${'<b>&'}</p>`.text).toBe('<p title="&quot;x&quot;">&lt;b&gt;&amp;</p>');
  });

  it('takes HTML as it is, lists in order, and nothing for nothing', () => {
    expect(html`${[html`<i>1</i>`, html`<i>2</i>`]}${undefined}${false}${0}`.text).toBe('<i>1</i><i>2</i>0');
  });
});
