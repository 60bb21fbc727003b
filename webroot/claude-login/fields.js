/** Text fields: their attributes and styles. */

import { sheet } from './parts.js';

/** No keyboard, browser or password manager may change, complete or store what is pasted. */
export const PLAIN_FIELD = { autocomplete: 'off', autocapitalize: 'none', autocorrect: 'off', spellcheck: 'false', enterkeyhint: 'go', part: 'field' };

export const FIELDS = sheet(`
label { display: block; font-weight: 500 }
.field { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .375rem }
input {
	font: 400 1rem/1.4 var(--mono);
	flex: 1 1 7.5rem; min-width: 0; min-height: 2.875rem; padding: .6875rem .875rem;
	/* With a keyboard on the screen, the button below stays in reach. */
	scroll-margin-block: 3rem 10rem;
	color: inherit; background: transparent; border: 1px solid var(--edge); border-radius: .625rem;
	&:focus-visible { outline-offset: 0; border-color: var(--accent) }
	&[aria-invalid=true] { border-color: var(--danger); outline-color: var(--danger) }
}
.hint { margin-top: .5rem; font-size: .875rem; line-height: 1.5; color: var(--muted); &:has(+ .verdict:not(:empty)) { display: none } }
`);
