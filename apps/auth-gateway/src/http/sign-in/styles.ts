import { createHash } from 'node:crypto';

/** The pages' only style sheet. Colours keep a contrast of at least 4.5:1 in both schemes (WCAG 2.2, 1.4.3). */
export const styles = `
:root {
  color-scheme: light dark;
  --page: #eef1f6; --card: #fff; --text: #16202e; --quiet: #536072; --line: #8593a6; --edge: #d9dfe8;
  --accent: #1f4fd8; --accent-strong: #183fb0; --on-accent: #fff; --bad: #b3261e; --bad-page: #fdecea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e131b; --card: #18202c; --text: #eef2f8; --quiet: #a7b3c4; --line: #66758a; --edge: #2a3547;
    --accent: #8fb0ff; --accent-strong: #b1c8ff; --on-accent: #0b1220; --bad: #ffb4ab; --bad-page: #3b1a18;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 1.5rem 1rem;
  background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
}
main {
  width: 100%; max-width: 26rem; padding: 2.25rem; background: var(--card);
  border: 1px solid var(--edge); border-radius: 1rem; box-shadow: 0 12px 32px -16px rgb(15 30 60 / 25%);
}
main.wide { max-width: 52rem; }
.mark { display: block; width: 2.5rem; height: 2.5rem; margin-bottom: 1.25rem; color: var(--accent); }
.mark.bad { color: var(--bad); }
h1 { margin: 0 0 1.5rem; font-size: 1.5rem; line-height: 1.25; font-weight: 650; letter-spacing: -.01em; overflow-wrap: anywhere; }
p { margin: 0 0 1.25rem; }
label { display: block; margin-bottom: .375rem; font-weight: 600; }
input[type=email], input[type=text] {
  width: 100%; min-height: 3rem; padding: .625rem .875rem; font: inherit; color: inherit;
  background: transparent; border: 1px solid var(--line); border-radius: .625rem;
}
input.code { font: 600 1.375rem/1.4 ui-monospace, 'SF Mono', Menlo, Consolas, monospace; letter-spacing: .12em; }
.field + .field { margin-top: 1.25rem; }
.ways { display: grid; justify-items: center; gap: .25rem; margin-top: 1.5rem; text-align: center; }
input[aria-invalid=true] { border-color: var(--bad); }
.help { margin: .5rem 0 0; font-size: .875rem; color: var(--quiet); }
.problem {
  margin: .75rem 0 0; padding: .625rem .875rem; font-size: .9375rem; color: var(--bad); background: var(--bad-page);
  border-radius: .625rem;
}
.button {
  display: flex; align-items: center; justify-content: center; width: 100%; min-height: 3rem; padding: .625rem 1rem;
  font: inherit; font-weight: 600; text-align: center; text-decoration: none; overflow-wrap: anywhere; cursor: pointer;
  color: var(--text); background: transparent; border: 1px solid var(--line); border-radius: .625rem;
}
.button:hover { border-color: var(--accent); color: var(--accent); }
.button.first { margin-top: 1.25rem; color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
.button.first:hover { color: var(--on-accent); background: var(--accent-strong); border-color: var(--accent-strong); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.or { display: flex; align-items: center; gap: .75rem; margin: 1.5rem 0; color: var(--quiet); font-size: .875rem; }
.or::before, .or::after { content: ''; flex: 1; border-top: 1px solid var(--edge); }
.choices .button.first { margin-top: 0; }
.choices { display: grid; gap: .75rem; margin: 0; padding: 0; list-style: none; }
.cancel { margin-top: 1.5rem; text-align: center; }
.link {
  padding: .25rem .5rem; font: inherit; font-size: .9375rem; color: var(--quiet); background: none; border: 0;
  border-radius: .375rem; text-decoration: underline; text-underline-offset: .2em; cursor: pointer;
}
.link:hover { color: var(--text); }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; } h3 { margin: 1rem 0 .25rem; font-size: .875rem; }
ol, main > ul { margin: 0; padding-left: 1.25rem; font-size: .875rem; overflow-wrap: anywhere; } small { color: var(--quiet); }
li.failed > strong { color: var(--bad); }
summary { padding: .25rem 0; font-weight: 600; font-size: .875rem; cursor: pointer; }
pre { margin: .25rem 0 0; padding: .75rem; max-height: 26rem; overflow: auto; font-size: .75rem; border: 1px solid var(--edge); border-radius: .5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
dl { margin: 1.5rem 0 0; padding-top: 1rem; border-top: 1px solid var(--edge); font-size: .8125rem; color: var(--quiet); }
dt { font-weight: 600; }
dd + dt { margin-top: .5rem; }
dd { margin: 0; font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; overflow-wrap: anywhere; user-select: all; }
@media (max-width: 30rem) {
  body { place-items: start stretch; padding: 0; background: var(--card); }
  main { max-width: none; padding: 2rem 1.25rem; border: 0; border-radius: 0; box-shadow: none; }
}
`;

/** The address changes with the content, so browsers may keep it for good. */
export const stylesPath = `/sign-in/assets/${createHash('sha256').update(styles).digest('hex').slice(0, 12)}.css`;
