/** The styles of <claude-login>; those that it shares with <claude-chat> are in parts.js. */

import { sheet } from './parts.js';

export const LOOKS = sheet(`
.card {
	background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius);
	padding: 2.25rem 2.5rem 2rem;
	box-shadow: 0 1px 2px rgb(15 35 45 / .04), 0 12px 32px -12px rgb(15 35 45 / .1);
}
h2 { font-size: 1.625rem; line-height: 1.2; font-weight: 650; letter-spacing: -.018em; margin: 0; text-wrap: balance }
h2:focus { outline: none }
h3 { font-size: 1rem; line-height: 1.5; font-weight: 600; margin: 0 }
.lead { color: var(--muted); margin-top: .5rem; &:empty { display: none } }
.owner { margin-top: .5rem; font-weight: 500 }
.view { margin-top: 1.75rem; > * + * { margin-top: 1.25rem } }
.bridge {
	display: block; width: 9.5rem; height: auto; margin: 0 0 1.25rem -.125rem; overflow: visible;
	fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round;
	.end { stroke: var(--muted) }
	.arc { stroke: var(--edge); stroke-dasharray: 1 7; transition: stroke .3s }
	.tick { stroke: var(--on-accent); stroke-width: 2.25; opacity: 0 }
	.seal { fill: var(--accent); opacity: 0 }
}
:is(.starting, .verifying, .awaiting_code) .arc { stroke: var(--accent); stroke-dasharray: 5 7 }
:is(.starting, .verifying) .arc { animation: flow .9s linear infinite }
.signed_in {
	.arc { stroke: var(--accent); stroke-dasharray: none }
	.end { stroke: var(--accent) }
	.seal, .tick { opacity: 1 }
}
@keyframes flow { to { stroke-dashoffset: -24 } }
.banner {
	display: flex; gap: .625rem; align-items: center;
	margin: -1rem -1.25rem 1.5rem; padding: .625rem 1.25rem;
	background: var(--soft); border-radius: calc(var(--radius) * .75); font-size: .9375rem; overflow-wrap: anywhere;
}
.outside { display: inline-flex; align-items: center; gap: .375rem; min-height: 2.75rem }
.external { width: 1em; height: 1em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round }
.how {
	list-style: none; margin: 0; padding: 0; counter-reset: step;
	li {
		counter-increment: step; display: flex; gap: .875rem; align-items: baseline; color: var(--muted);
		&::before { content: counter(step); font-weight: 600; font-variant-numeric: tabular-nums; color: var(--accent); min-width: 1ch }
		+ li { margin-top: .5rem }
	}
}
.verdict { margin-top: .5rem }
.verdict:not(:empty) { margin-bottom: .25rem }
.verdict:empty { display: none }
.bad.verdict { color: var(--danger); font-weight: 500 }
dl { margin: 0; display: grid; grid-template-columns: minmax(7rem, auto) 1fr }
dt, dd {
	margin: 0; padding: .625rem 0; border-top: 1px solid var(--line);
	&:nth-child(-n+2) { border-top: 0 }
}
dt { color: var(--muted); padding-inline-end: 1.5rem }
dd { overflow-wrap: anywhere; display: flex; flex-wrap: wrap; align-items: baseline; column-gap: .75rem; .plain { min-height: 2.75rem; margin-block: -.625rem; padding: 0 } }
code { font: .9375em/1.65 var(--mono) }
@container (max-width: 30rem) {
	.card { padding: 1.5rem min(1.25rem, 5cqi) 1.25rem }
	button, .button { padding-inline: min(1.25rem, 3cqi) }
	.plain { padding-inline: min(.75rem, 3cqi) }
	.row.quiet { margin-inline: max(-.75rem, -3cqi) }
	.banner { margin: -.5rem -.25rem 1.25rem; padding-inline: 1rem }
	h2 { font-size: min(1.4375rem, 11cqi) }
	.row:not(.quiet) { > *, > div > * { width: 100% } }
	.bridge { width: 8rem; margin-bottom: 1rem }
	.view { margin-top: 1.25rem }
	dl { grid-template-columns: 1fr }
	dt { padding-bottom: 0; &:first-child { padding-top: 0 } }
	dd { border-top: 0; padding-top: 0 }
}
@media (forced-colors: active) {
	.primary { forced-color-adjust: none }
}
`);
