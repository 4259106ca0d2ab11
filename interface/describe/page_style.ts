/** The colours and the letters of pages, light and dark. */
export const THEME = `:root {
  color-scheme: light dark;
  --page: light-dark(#f6f7f9, #0f1217);
  --card: light-dark(#ffffff, #171b22);
  --edge: light-dark(#dde2e9, #2a313c);
  --soft: light-dark(#eef1f5, #1e242d);
  --text: light-dark(#161b24, #e6eaf0);
  --quiet: light-dark(#566173, #9aa5b5);
  --accent: light-dark(#1d5fd6, #7aabff);
  --on-accent: light-dark(#ffffff, #0b1524);
  --type: light-dark(#0b6b61, #5fd3c4);
  --good: light-dark(#14804a, #4cc38a);
  --wait: light-dark(#8f5b00, #f0b132);
  --bad: light-dark(#c02626, #ff7b72);
  --mono: ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace;
  font: 1rem / 1.5 system-ui, sans-serif;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;

/** What descriptions of interfaces look like. */
export const DOCUMENT = `.contents h2, .contents h3 { margin: 0; }
.contents h2 { font-size: 1rem; }
.contents h3 {
  margin-top: .75rem;
  color: var(--quiet);
  font-size: .8125rem;
  font-weight: 600;
}
.contents ul { margin: .125rem 0 0; padding: 0; list-style: none; }
.contents h2 + h3 { margin-top: .5rem; }
.contents h2:not(:first-child) { margin-top: 1.5rem; }
.contents a {
  display: block;
  margin-left: -.5rem;
  padding: .125rem .5rem;
  border-radius: .375rem;
  color: inherit;
  text-decoration: none;
  overflow-wrap: anywhere;
}
.contents a:hover { background: var(--soft); }
article { min-width: 0; }
article + article { margin-top: 3.5rem; }
article h1 { margin: 0 0 .25rem; font-size: 1.75rem; letter-spacing: -.01em; }
article > section > h2 { margin: 2rem 0 .75rem; font-size: 1.125rem; }
.item {
  margin: 0 0 1rem;
  padding: 1rem 1.25rem;
  border: 1px solid var(--edge);
  border-radius: .75rem;
  background: var(--card);
  scroll-margin-top: 1rem;
}
.item:target { border-color: var(--accent); }
.item h3 { margin: 0 0 .5rem; font-size: 1.0625rem; }
.item h3 a { color: inherit; text-decoration: none; }
.item h3 a:hover { text-decoration: underline; }
.item h4 {
  margin: 0 0 .375rem;
  color: var(--quiet);
  font-size: .8125rem;
  font-weight: 600;
}
.item dl + h4 { margin-top: 1rem; }
.item p, .doc > :last-child { margin-bottom: 0; }
.item .doc > :first-child { margin-top: .5rem; }
.columns { display: grid; gap: .75rem 2rem; }
.columns > * { min-width: 0; }
.id {
  margin-left: .25rem;
  color: var(--quiet);
  font-size: .8125rem;
  font-weight: 400;
}
.quiet { margin: .5rem 0 0; color: var(--quiet); font-size: .9375rem; }
code, pre { font: .875rem / 1.5 var(--mono); }
pre { overflow-x: auto; margin: .5rem 0; padding: .75rem; border-radius: .5rem; background: var(--soft); }
p > code, li > code, td > code { padding: .0625rem .25rem; border-radius: .25rem; background: var(--soft); }
.signature { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.type { color: var(--type); }
.beside dl { margin: 0; }
.beside dt { overflow-wrap: anywhere; }
.beside dt + dd { margin: 0 0 .5rem; }
.beside dd, .fields { color: var(--quiet); font-size: .9375rem; }
.fields { margin: .5rem 0 0; padding: 0; list-style: none; }
.fields code { color: var(--text); }
details { margin-top: .5rem; color: var(--quiet); font-size: .875rem; }
summary { width: fit-content; cursor: pointer; }
.doc .heading { font-weight: 600; }
.doc table { border-collapse: collapse; }
.doc th, .doc td { padding: .25rem .75rem; border: 1px solid var(--edge); text-align: left; }
.doc ul, .doc ol { padding-left: 1.5rem; }
@media (width < 48rem) {
  .contents ul { display: flex; flex-wrap: wrap; column-gap: 1rem; }
}
@media (width >= 60rem) {
  .columns:has(.beside) { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
  .beside { padding-left: 1.5rem; border-left: 1px solid var(--edge); }
}
`;
