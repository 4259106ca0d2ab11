/** What the page of the inspector looks like, besides its documentation. */
export const INSPECTOR_STYLE = `[hidden] { display: none !important; }
.top {
  position: sticky;
  z-index: 1;
  top: 0;
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: .5rem 1.25rem;
  padding: .5rem clamp(1rem, 3vw, 2.5rem);
  border-bottom: 1px solid var(--edge);
  background: var(--card);
}
.top p, .top .quiet { margin: 0; }
.top > div { margin-right: auto; overflow-wrap: anywhere; }
.views { display: flex; gap: .25rem; }
.views a {
  display: grid;
  min-height: 2.75rem;
  place-items: center;
  padding: 0 1rem;
  border-radius: .5rem;
  color: inherit;
  text-decoration: none;
}
.views a:hover { background: var(--soft); }
.views [aria-current] { background: var(--accent); color: var(--on-accent); font-weight: 600; }
.badge {
  display: inline-block;
  padding: .0625rem .625rem;
  border: 1px solid var(--edge);
  border-radius: 999px;
  color: var(--quiet);
  font-size: .8125rem;
  font-weight: 550;
}
.badge.good { color: var(--good); }
.badge.wait { color: var(--wait); }
.badge.bad { color: var(--bad); }
.top .badge { max-width: 30rem; }
#problems { margin: 0; padding: 0; list-style: none; }
#problems li { padding: .5rem clamp(1rem, 3vw, 2.5rem); background: var(--wait); color: var(--page); }
#live, #interfaces { max-width: 96rem; margin: 0 auto; padding: 1.25rem clamp(1rem, 3vw, 2.5rem) 4rem; }
.cards { display: grid; gap: 1.25rem; }
.card { min-width: 0; padding: 1rem 1.25rem; border: 1px solid var(--edge); border-radius: .75rem; background: var(--card); }
.card h2 { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .75rem; margin: 0 0 .5rem; font-size: 1rem; }
.card h2 small { color: var(--quiet); font-weight: 400; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
.card th { color: var(--quiet); font-size: .8125rem; font-weight: 600; text-align: left; white-space: nowrap; }
.card th, .card td { padding: .375rem .75rem .375rem 0; border-bottom: 1px solid var(--edge); }
.card tr:last-child td { border-bottom: 0; }
.card .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem; margin: 0; }
.figures div { padding: .75rem 1rem; border: 1px solid var(--edge); border-radius: .75rem; background: var(--card); }
.figures dt { color: var(--quiet); font-size: .8125rem; }
.figures dd { margin: 0; font-size: 1.375rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.histogram { display: block; }
.histogram .bar, .calls .bar { fill: var(--accent); }
.histogram .back { fill: var(--soft); }
.calls { max-height: 26rem; margin: 0; padding: 0; overflow: auto; list-style: none; }
.calls li + li { border-top: 1px solid var(--edge); }
.calls details { margin: 0; color: inherit; font-size: .9375rem; }
.calls summary {
  display: grid;
  grid-template-columns: minmax(7rem, 14rem) 5.5rem 4.5rem minmax(5rem, 12rem) minmax(6rem, 1fr);
  align-items: center;
  gap: 0 .75rem;
  width: auto;
  min-height: 2.25rem;
}
.calls summary:hover { background: var(--soft); }
.calls summary > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.calls .badge { justify-self: start; }
.calls .from { color: var(--quiet); }
.calls svg { width: 100%; height: 1.25rem; border-radius: .25rem; background: var(--soft); }
.calls [data-state="failed"] .bar { fill: var(--bad); }
.calls [data-state="open"] .bar { fill: var(--wait); }
.calls .ticks { fill: var(--text); }
.more { padding: .25rem 0 .75rem 1rem; }
.more p { margin: .125rem 0; overflow-wrap: anywhere; }
.error { color: var(--bad); }
#interfaces { display: grid; gap: 1.5rem 2.5rem; }
#interfaces > * { min-width: 0; }
.item, article { scroll-margin-top: 5rem; }
@media (width >= 48rem) {
  #interfaces { grid-template-columns: minmax(9rem, 13rem) minmax(0, 1fr); }
  .contents { position: sticky; top: 5rem; align-self: start; max-height: calc(100vh - 6rem); overflow: auto; }
}
.try { margin-top: 1rem; padding-top: 1rem; border-top: 1px solid var(--edge); }
.try form { display: grid; gap: .75rem; justify-items: start; }
.try .send { display: flex; flex-wrap: wrap; align-items: end; margin-top: .75rem; }
.try .buttons { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; }
.status { color: var(--quiet); }
button, input, select, textarea {
  min-height: 2.75rem;
  padding: 0 .75rem;
  border: 1px solid var(--edge);
  border-radius: .5rem;
  background: var(--page);
  color: inherit;
  font: inherit;
}
textarea { width: min(100%, 40rem); padding: .5rem .75rem; font: .875rem/1.5 var(--mono); }
input[type="checkbox"] { width: 1.25rem; min-height: 1.25rem; margin: 0 .5rem 0 0; accent-color: var(--accent); vertical-align: -.25rem; }
input[type="number"] { width: 10rem; }
input[type="file"] { padding: .5rem .75rem; }
input:user-invalid { border-color: var(--bad); }
button { min-width: 2.75rem; font-weight: 600; cursor: pointer; }
button.primary { border-color: transparent; background: var(--accent); color: var(--on-accent); }
button.link { min-height: 2rem; padding: 0; border: 0; background: none; color: var(--accent); font-weight: 400; text-decoration: underline; }
button.cancel:enabled { border-color: var(--bad); color: var(--bad); }
button:disabled { border-color: var(--edge); background: var(--page); color: var(--quiet); cursor: default; }
.editor { display: grid; justify-items: start; width: 100%; }
.object { display: grid; gap: .5rem; }
.member { display: grid; grid-template-columns: minmax(6rem, 10rem) minmax(0, 1fr); align-items: center; gap: .125rem .75rem; min-height: 2.75rem; }
.member .name { font: .875rem var(--mono); overflow-wrap: anywhere; }
.member small { grid-column: 2; color: var(--quiet); }
.object .object { padding-left: .75rem; border-left: 2px solid var(--edge); }
.items { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0; padding: 0; list-style: none; }
.array, .choice, .bytes { display: grid; gap: .5rem; justify-items: start; }
.results { max-height: 40rem; margin: .75rem 0 0; padding: 0; overflow: auto; list-style: none; }
.results li { padding: .375rem 0 .375rem .75rem; border-left: 3px solid var(--edge); }
.results .response { border-color: var(--good); }
.results .error { border-color: var(--bad); color: var(--text); }
.results .update { border-color: var(--accent); }
.results p { margin: 0; }
.value pre { max-height: 20rem; margin: .25rem 0; overflow: auto; }
.value img, .value canvas { display: block; max-width: 100%; max-height: 24rem; margin: .25rem 0; border-radius: .375rem; }
@media (width < 52rem) {
  .calls summary { grid-template-columns: 1fr 5.5rem 4.5rem; padding: .25rem 0; }
  .calls .from { display: none; }
  .calls svg { grid-column: 1 / -1; }
}
`;
