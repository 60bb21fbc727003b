/** The English texts of <claude-login>. Modules that are loaded later add theirs. */

export const TEXTS = {
	connecting: 'Connecting…',
	owner: 'This sign-in is for “{owner}”.',
	signed_out_title: 'Sign in to Claude',
	signed_out_lead: 'This machine has no screen. Sign in here, with your own account, and it works as you.',
	login: 'Login with Claude',
	new_tab: '(opens in a new tab)',
	first_step: 'Sign in on Claude’s own page and approve.',
	second_step: 'Copy the code it shows you.',
	third_step: 'Paste it here. That’s all.',
	signed_in_title: 'Signed in',
	signed_in_lead: 'Claude works on this machine, as you.',
	refused_title: 'Claude refuses this sign-in',
	ends_soon: 'It expires soon. Sign in again to renew it for another year.',
	sign_in_again: 'Sign in again',
	sign_out: 'Sign out',
	use_api_key: 'Use an API key instead',
	use_token: 'Use a token made elsewhere',
	other_device: 'Continue on another device',
	unreachable_title: 'The server does not answer',
	unreachable_lead: 'This page keeps trying. Is the bridge running?',
	contact: 'Administrator: {contact}',
	try_again: 'Try again',
	offline: 'You are offline. This page continues when you are back.',
	reconnecting: 'Connection lost. Reconnecting…',
	disabled: 'Sign-in is switched off on this server; its administrator can set CLAUDE_AUTH_ENABLED=true.',
};

/** Adds texts, except those that the page has already replaced. */
export function addWords(more) {
	for (const [name, text] of Object.entries(more)) TEXTS[name] ??= text;
}
