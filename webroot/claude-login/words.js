/** The English words of <claude-login>. The parts that are loaded later add theirs to this table. */

export const TEXTS = {
	connecting: 'Connecting…',
	signed_out_title: 'Sign in to Claude',
	signed_out_lead: 'This machine has no screen. Sign in here, with your own account, and it works as you.',
	login: 'Login with Claude',
	new_tab: '(opens in a new tab)',
	first_step: 'Sign in on Claude’s own page and approve.',
	second_step: 'Copy the code it shows you.',
	third_step: 'Paste it here. That’s all.',
	restarted: 'The old link ran out. This is a new one.',
	signed_in_title: 'Signed in',
	signed_in_lead: 'Claude works on this machine, as you.',
	refused_title: 'Claude refuses this sign-in',
	ends_soon: 'It ends soon. Sign in again, and it is good for another year.',
	sign_in_again: 'Sign in again',
	sign_out: 'Sign out',
	revoke: 'Revoke at Claude',
	signed_out_notice: 'Signed out here. Claude’s side ends when you revoke it there.',
	use_api_key: 'Use an API key instead',
	other_device: 'Continue on another device',
	unauthorized_title: 'This page needs its key',
	unreachable_title: 'The server does not answer',
	unreachable_lead: 'Trying again by itself. Is the bridge running?',
	foreign_lead: 'It lets in only pages that it knows: its administrator has to add {origin} to CLAUDE_AUTH_ORIGINS.',
	contact: 'Who administers it: {contact}',
	try_again: 'Try again',
	offline: 'You are offline. It goes on when you are back.',
	reconnecting: 'Connection lost. Reconnecting…',

	// One sentence for every reason of the contract.
	disabled: 'Sign-in is switched off on this server; its administrator can set CLAUDE_AUTH_ENABLED=true.',
	unauthorized: 'Open the link that the server printed at its last start; an older one is good no more. Or enter its access key.',
	bad_message: 'This page and the server do not understand each other; the page may be out of date.',
	cli_not_found: 'The Claude CLI is missing on the server; its administrator has to install it or set CLAUDE_COMMAND.',
	cli_failed: 'The Claude CLI stopped before it was done.',
	busy: 'The server has its hands full just now; try again in a moment.',
	rate_limited: 'That was a bit fast; wait a moment, then go on.',
	code_incomplete: 'That is not the whole code; copy all of it, with the # in the middle.',
	code_stale: 'That code belongs to another sign-in link. Open the link shown here and copy its code.',
	code_rejected: 'Claude did not accept that code; open the sign-in page again and copy a fresh one.',
	network: 'The server could not reach Claude’s sign-in service; check its internet connection.',
	timed_out: 'The sign-in took too long and was closed.',
	cancelled: 'The sign-in was cancelled.',
	storage_failed: 'The server could not store the credential; its administrator has to make CLAUDE_CREDENTIALS_PATH writable.',
	unknown_screen: 'The Claude CLI showed something this server does not know; its log has the details.',
	signed_out: 'Nobody is signed in.',
	credential_invalid: 'Claude no longer accepts the stored credential; sign in again.',
};

/** Adds words, unless a host has put others in their place already. */
export function addWords(more) {
	for (const [name, text] of Object.entries(more)) TEXTS[name] ??= text;
}
