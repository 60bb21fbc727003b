/** What both elements use: functions that make nodes, and the shared styles. */

/** Looks up a text by name, first in the element's `own`, then in the `table`, and fills in its {names}. */
export function worded(table, own) {
	return (name, values = {}) => (own[name] ?? table[name] ?? name).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

/** A constructed style sheet, which a strict Content-Security-Policy allows. */
export function sheet(css) {
	const made = new CSSStyleSheet();
	made.replaceSync(css);
	return made;
}

export const BASE = sheet(`
:host {
	--accent: var(--claude-login-accent, light-dark(#0b6872, #67ccd0));
	--on-accent: var(--claude-login-on-accent, light-dark(#fff, #05262a));
	--soft: var(--claude-login-accent-soft, light-dark(#e4f1f2, #132c31));
	--surface: var(--claude-login-background, light-dark(#fff, #151d23));
	--text: var(--claude-login-text, light-dark(#15212b, #e7eef2));
	--muted: var(--claude-login-muted, light-dark(#52626f, #a3b3be));
	--line: var(--claude-login-line, light-dark(#dde4e8, #29353d));
	--edge: var(--claude-login-field-border, light-dark(#74848f, #6f8290));
	--danger: var(--claude-login-danger, light-dark(#a8261c, #ff9e94));
	--danger-soft: var(--claude-login-danger-soft, light-dark(#fbeceb, #341c1b));
	--radius: var(--claude-login-radius, 1rem);
	--mono: ui-monospace, Menlo, Consolas, monospace;
	display: block;
	container-type: inline-size;
	color: var(--text);
	font: 400 1rem/1.55 var(--claude-login-font, system-ui, sans-serif);
}
:host([hidden]) { display: none }
*, ::before, ::after { box-sizing: border-box }
[hidden] { display: none !important }
p { margin: 0; text-wrap: pretty; overflow-wrap: anywhere }
.small { font-size: .875rem; line-height: 1.5; color: var(--muted) }
.notice { padding: .75rem 1rem; border-radius: .625rem; background: var(--soft); margin-top: 1.25rem }
.notice.bad { background: var(--danger-soft) }
.notice p + p, .notice details { margin-top: .25rem }
button, .button {
	appearance: none; font: inherit; font-weight: 600; line-height: 1.25; color: inherit; text-decoration: none; text-align: center;
	display: inline-flex; align-items: center; justify-content: center; gap: .5rem;
	min-height: 2.875rem; min-width: 2.875rem; padding: .6875rem 1.25rem;
	border: 1px solid var(--edge); border-radius: .625rem; background: transparent; cursor: pointer;
}
.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
.plain { border-color: transparent; color: var(--accent); padding-inline: .75rem; text-align: start }
button[aria-disabled=true], button:disabled { cursor: default; background: var(--line); border-color: var(--line); color: var(--muted) }
@media (hover: hover) {
	:is(button, .button):not(:disabled, [aria-disabled=true]):hover { background: var(--soft) }
	.primary:not(:disabled, [aria-disabled=true]):hover { background: var(--accent); filter: brightness(1.08) }
}
a { color: var(--accent); text-underline-offset: .2em }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.wide { width: 100% }
.row { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center }
.row.quiet { gap: .25rem; margin-inline: -.75rem }
.working { display: flex; gap: .75rem; align-items: center }
.spinner { flex: none; width: 1.125rem; height: 1.125rem; border: 2px solid var(--line); border-top-color: var(--accent); border-radius: 50%; animation: turn .8s linear infinite }
@keyframes turn { to { transform: rotate(1turn) } }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
@media (prefers-reduced-motion: reduce) {
	*, ::before, ::after { animation: none !important; transition: none !important }
	.spinner { border-color: var(--accent); border-style: dotted }
}
`);

/** Makes an element; strings become text, never markup. */
export function h(tag, attributes = {}, ...children) {
	const node = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (typeof value === 'function') node.addEventListener(name, value);
		else if (value !== false && value != null) node.setAttribute(name, value === true ? '' : value);
	}
	node.append(...children.filter((child) => child != null));
	return node;
}

export function svg(name, viewBox, ...shapes) {
	const make = (tag, attributes) => {
		const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
		for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
		return node;
	};
	const root = make('svg', { class: name, viewBox, 'aria-hidden': 'true', focusable: 'false' });
	root.append(...shapes.map(([tag, attributes]) => make(tag, attributes)));
	return root;
}

export const button = (label, click, kind = '') =>
	h('button', { type: 'button', class: kind, part: kind.includes('primary') ? 'button primary' : 'button', click }, label);
export const row = (...children) => h('div', { class: 'row' }, ...children);
