export const style = `
:root { color-scheme: light dark; --ink:#16202e; --soft:#5b6778; --line:#dfe4ea; --paper:#ffffff; --ground:#f4f6f8;
  --brand:#1f5fd6; --brand-ink:#ffffff; --mark:#fff6d9; --mark-line:#e8c860; --good:#1a7f4b; --code:#f1f4f8; }
@media (prefers-color-scheme: dark) { :root { --ink:#e8edf4; --soft:#9aa7b8; --line:#2b3543; --paper:#161d27;
  --ground:#0f141b; --brand:#6ea2ff; --brand-ink:#0b1524; --mark:#2d2712; --mark-line:#7a6a2a; --good:#5fd39a; --code:#1d2632; } }
* { box-sizing: border-box; }
body { margin:0; background:var(--ground); color:var(--ink); font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif; }
main { max-width:1180px; margin:0 auto; padding:1.25rem 1rem 4rem; }
header.top { display:flex; align-items:center; gap:.75rem; padding:1rem; max-width:1180px; margin:0 auto; }
header.top .mark { width:30px; height:30px; border-radius:9px; background:var(--brand); flex:none; position:relative; }
header.top .mark::after { content:""; position:absolute; inset:9px; border-radius:50%; background:var(--ground); }
header.top b { font-size:1.05rem; letter-spacing:-.01em; } header.top span { color:var(--soft); }
.card { background:var(--paper); border:1px solid var(--line); border-radius:14px; padding:1.25rem; margin:0 0 1rem; min-width:0; }
.hero { max-width:460px; margin:7vh auto 0; padding:2rem; }
h1 { font-size:1.6rem; line-height:1.2; letter-spacing:-.02em; margin:0 0 .5rem; } h2 { font-size:1.05rem; margin:0 0 .25rem; }
p { margin:0 0 1rem; } .soft { color:var(--soft); font-size:.92rem; }
label { display:block; font-weight:600; font-size:.9rem; margin:.9rem 0 .3rem; }
input { width:100%; font:inherit; padding:.65rem .75rem; border:1px solid var(--line); border-radius:9px; background:var(--paper); color:inherit; }
input:focus-visible, button:focus-visible, a:focus-visible, summary:focus-visible { outline:3px solid var(--brand); outline-offset:2px; }
button, .button { font:inherit; font-weight:600; padding:.65rem 1.1rem; border-radius:9px; border:1px solid var(--line);
  background:var(--paper); color:var(--ink); cursor:pointer; }
button.main { background:var(--brand); border-color:var(--brand); color:var(--brand-ink); width:100%; margin-top:1.2rem; }
summary { cursor:pointer; color:var(--soft); font-size:.9rem; padding:.15rem 0; } form details { margin-top:.8rem; } .person { display:flex; gap:1rem; align-items:center; flex-wrap:wrap; }
.person img, .person .initials { width:56px; height:56px; border-radius:50%; object-fit:cover; flex:none; }
.person .initials { display:grid; place-items:center; background:var(--brand); color:var(--brand-ink); font-weight:700; font-size:1.2rem; }
.person .who { flex:1; min-width:12rem; overflow-wrap:anywhere; } .person form { display:inline; }
.columns { display:grid; grid-template-columns:minmax(0,1.35fr) minmax(0,1fr); gap:1rem; align-items:start; }
@media (max-width:860px) { .columns { grid-template-columns:minmax(0,1fr); } .person form, .person form button { width:100%; } }
dl.claims { margin:.75rem 0 0; font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace; }
dl.claims > div { display:grid; grid-template-columns:minmax(7.5rem,11rem) minmax(0,1fr); gap:.75rem; padding:.35rem .5rem; border-top:1px solid var(--line); }
dl.claims dt { color:var(--soft); overflow-wrap:anywhere; } dl.claims dd { margin:0; overflow-wrap:anywhere; white-space:pre-wrap; }
dl.claims > div.special { background:var(--mark); border:1px solid var(--mark-line); border-radius:9px; margin:.35rem 0; }
dl.claims > div.special dt { color:var(--ink); font-weight:700; }
.chips { display:flex; flex-wrap:wrap; gap:.3rem; max-height:9.5rem; overflow:auto; margin-top:.25rem; }
.chips span { background:var(--code); border-radius:99px; padding:.05rem .6rem; white-space:normal; }
.count { font-weight:700; color:var(--good); }
pre.raw { background:var(--code); border-radius:9px; padding:.75rem; overflow-wrap:anywhere; white-space:pre-wrap; font-size:11.5px; max-height:12rem; overflow:auto; }
@media (max-width:560px) { dl.claims > div { grid-template-columns:minmax(0,1fr); gap:0; } .hero { margin-top:1rem; } }
ol.events { list-style:none; margin:.75rem 0 0; padding:0; }
ol.events li { border-left:3px solid var(--brand); padding:.15rem 0 .6rem .8rem; margin-left:.2rem; }
ol.events li b { font-size:.98rem; } ol.events li small { display:block; color:var(--soft); overflow-wrap:anywhere; }
ol.events li pre { margin:.3rem 0 0; background:var(--code); border-radius:9px; padding:.6rem; font-size:12px; overflow:auto; max-height:14rem; }
.live { display:inline-flex; align-items:center; gap:.4rem; font-size:.85rem; color:var(--soft); float:right; }
.live i { width:9px; height:9px; border-radius:50%; background:var(--soft); } .live.on i { background:var(--good); }
.alert { border-left:4px solid #c0392b; }
`;
