import { html, type Html } from '../http/html.js';

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #fff; --back: #eef2f7; --line: #d0d7de;
  --accent: #1f5fa8; --on-accent: #fff; --bad: #b3261e; --bad-back: #fdecea; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa5b1; --paper: #1c2128; --back: #0f1318;
  --line: #3a424c; --accent: #6cb0f5; --on-accent: #0b1a2a; --bad: #ff9d94; --bad-back: #3a1d1b; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; font: 16px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  color: var(--ink); background: var(--back); }
main { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 2rem 2.25rem;
  width: min(27rem, calc(100vw - 2rem)); margin: 8vh auto 1.5rem; box-shadow: 0 8px 30px rgb(0 0 0 / .08); }
main.wide { width: min(64rem, calc(100vw - 2rem)); margin-top: 2.5rem; }
.brand { font-weight: 600; color: var(--soft); font-size: .9rem; margin: 0 0 .75rem; }
h1 { font-size: 1.45rem; line-height: 1.25; margin: 0 0 .35rem; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; }
p { margin: .35rem 0 1rem; } .soft { color: var(--soft); }
label { display: block; font-weight: 600; margin: 1rem 0 .3rem; }
input[type=text], input[type=password] { width: 100%; font: inherit; color: inherit; background: var(--paper);
  padding: .6rem .75rem; border: 1px solid var(--soft); border-radius: 8px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.actions { display: flex; gap: .75rem; justify-content: flex-end; margin-top: 1.5rem; }
button { font: inherit; font-weight: 600; padding: .55rem 1.25rem; border-radius: 8px; border: 1px solid var(--line);
  background: transparent; color: inherit; cursor: pointer; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.tiles { list-style: none; padding: 0; margin: 1rem 0; display: grid; gap: .5rem; }
.tiles button { width: 100%; text-align: left; padding: .7rem .9rem; }
.tiles small, .tiles strong { display: block; } .tiles small { font-weight: 400; color: var(--soft); }
.error { background: var(--bad-back); color: var(--bad); border-radius: 8px; padding: .7rem .9rem; margin: 1rem 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .95rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); }
td code { white-space: nowrap; } td.wrap code { white-space: normal; } form + p { margin-top: 1.5rem; }
code { font: .9em ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
a { color: var(--accent); } ul.plain { padding-left: 1.2rem; margin: .5rem 0; }
footer { text-align: center; color: var(--soft); font-size: .85rem; padding: 0 1rem 2rem; }`;

/** A whole page. `body` may not bring scripts of its own unless its answer's policy allows them. */
export function frame(title: string, body: Html, { wide = false } = {}): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – Entra simulator</title>
        <style>
          ${{ html: style }}
        </style>
      </head>
      <body>
        <main class="${wide ? 'wide' : 'card'}">
          <p class="brand">Entra simulator</p>
          ${body}
        </main>
        <footer>A stand-in for Microsoft Entra ID, for trying things out. Nothing here is real.</footer>
      </body>
    </html>`.html;
}
