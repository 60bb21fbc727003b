/** One sentence for each reason of the contract, loaded when something went wrong; two more are in words.js. */

import { addWords } from './words.js';

export const REASONS = {
	bad_message: 'This page and the server do not understand each other; the page may be out of date.',
	cli_not_found: 'The Claude CLI is missing on the server; its administrator has to install it or set CLAUDE_COMMAND.',
	cli_failed: 'The Claude CLI stopped before it was done.',
	busy: 'The server is busy just now; try again in a moment.',
	rate_limited: 'Those were too many tries; wait a moment, then go on.',
	code_incomplete: 'That is not the whole code; copy all of it, with the # in the middle.',
	code_stale: 'That code belongs to another sign-in link. Open the link shown here and copy its code.',
	code_rejected: 'Claude did not accept that code; open the sign-in page again and copy a fresh one.',
	not_allowed: 'Claude’s sign-in service does not let this server in; a new code does not help.',
	network: 'The server could not reach Claude’s sign-in service; check its internet connection.',
	new_cli: 'Claude was started again on the server. Open the new link; codes of the earlier one no longer count.',
	timed_out: 'The sign-in took too long and was closed.',
	cancelled: 'The sign-in was cancelled.',
	storage_failed: 'The server could not store the credential; its administrator has to make CLAUDE_CREDENTIALS_PATH writable.',
	unknown_screen: 'The Claude CLI showed something this server does not know; its log has the details.',
	other_owner: 'This browser is signed in to the bridge as somebody else.',
	signed_out: 'Nobody is signed in.',
	credential_invalid: 'Claude no longer accepts the stored credential; sign in again.',
	other_organization: 'That sign-in belongs to another organization than the one before; say which one counts.',
	held: 'The credential is held back; release it on the settings page.',
};

addWords(REASONS);
