/**
 * What a login is on a page, for the type checker and for readers: `webroot/claude-login/login.js` works on these. Types
 * stand here and not in the scripts, since pages load those as they are.
 */

/** `connecting`, `unreachable` and `unauthorized` say that nothing is known of a login yet; the others are the bridge's. */
export type State = 'connecting' | 'unreachable' | 'unauthorized' | 'signed_out' | 'starting' | 'awaiting_code' | 'verifying' | 'signed_in' | 'failed';

/** Why something was not taken or ended: `reason` for programs, `error` for people. */
export interface Problem {
	reason: string;
	error?: string;
	retryable?: boolean;
}

export interface Credential {
	method?: string;
	fingerprint?: string;
	/** `unreadable`: it is kept, but its file or the key to it is damaged or gone; `error` says more. */
	state?: string;
	error?: string;
	label?: string;
	madeAt?: string;
	expiresAt?: string;
	checkedAt?: string;
	validity?: string;
	lastUsed?: string;
	warning?: number;
	/** The short fingerprint of the organization to which it belongs. */
	organization?: string;
	/** Since when its owner holds it back. */
	heldSince?: string;
	/** A new sign-in of another organization, which takes its place if the owner says yes. */
	otherOrganization?: { organization: string; fingerprint: string; method: string; until: string };
}

/** Somebody's device, as the bridge describes it. */
export interface Device {
	address: string;
	device: string;
}

export interface Check {
	name: string;
	ok: boolean;
	/** Whom it concerns, where not everybody: their own status says so. */
	owners?: string[];
	error?: string;
	/** Whether it passes by itself, as in the first second of a bridge. */
	pending?: boolean;
	/** How far an installation is, in bytes. */
	progress?: { done: number; total: number };
}

export type Event = 'claude.auth.start' | 'claude.auth.code' | 'claude.auth.cancel' | 'claude.auth.status';

/** The name of a text, or a sentence of the bridge, and what is filled in. */
export type Refusal = [string, Record<string, string>?];

/** Everything that a page knows of its login. */
export interface Model {
	state: State;
	/** The number of the last message: older ones are ignored. -1 before the first one on a connection. */
	seq: number;
	/** Why the open login did not accept a code, or another message of this page. */
	problem: Problem | null;
	/** How the last login ended. */
	failure: Problem | null;

	// ---- from the bridge
	/** The owner of the key or session, and whether the bridge has others who may sign in. */
	owner?: string;
	severalOwners?: boolean;
	/** The sign-in link, relative to the bridge. */
	link?: string;
	loginId?: string;
	expiresAt?: string;
	credential?: Credential;
	others?: { found: { source: string; method: string; file?: string; entry?: string; advice?: string }[]; usedByHand?: string };
	/** The authorization URL. */
	url?: string;
	startedBy?: Device;
	pairedWith?: Device;

	// ---- the connection
	/** Whether a message came on this connection. */
	connected: boolean;
	/** The number of this connection. */
	connection: number;
	/** What keeps this page from connecting, where that is known. */
	refusal: Refusal | null;
	/** How far the bridge's clock is ahead of this one's, in milliseconds. */
	ahead: number;
	/** The `seq` of the first status: a login that had ended before it is not told to the page. */
	first: number | null;
	/** The error that was told last, since the bridge repeats how a login ended as long as that is its state. */
	told: string;
	/** Whether this device was let in for one login only. */
	paired: boolean;
	/** Whether this page asks for faults that keep the bridge from working. */
	watches: boolean;

	// ---- what the person did here
	/** Whether a code was sent and not answered yet. */
	sending: boolean;
	/** That code; the login and `seq` at which it was sent; and `over` which connection, false while offline. */
	sent: { code: string; loginId?: string; seq: number; over: number | false } | null;
	/** What the person asked for while offline, and of which login and credential. */
	wish: { events: Event[]; of: string } | null;
	/** Whether the sign-in page of this login was opened from here. */
	opened: boolean;
	/** The name of a text about the last action. */
	note: 'restarted' | 'new_cli' | 'signed_out_notice' | null;
	/** Whether a login is being cancelled to start the next one. */
	renewing: boolean;
	/** Whether an expired link was renewed by itself since the last sign-in; that happens once. */
	restarted: boolean;

	// ---- the bridge itself
	/** The faults that keep every sign-in from working. */
	faults: Check[];
	/** Whether all of them pass by themselves. */
	passing: boolean;
	/** Who administers the bridge. */
	contact: string;
}

/** A message of the bridge. */
export interface Message {
	event: string;
	data: Record<string, any>;
}

/** What comes with every action: the time, whether there is an open connection, and whether somebody sees the page. */
export interface Circumstances {
	now: number;
	open: boolean;
	visible: boolean;
}

type Simple = 'start' | 'cancel' | 'renew' | 'followed' | 'opened' | 'refresh' | 'wake' | 'tick' | 'look' | 'signedOut';

export type Happening =
	| { type: 'connect'; paired: boolean; watches: boolean }
	| { type: 'connected' }
	| { type: 'down'; failures: number }
	/** The HTTP status where a WebSocket was refused; none where nothing answered. */
	| { type: 'diagnosed'; failures: number; status?: number; refusal?: Refusal }
	| ({ type: 'message' } & Message)
	| { [T in Simple]: { type: T } }[Simple]
	| { type: 'submit'; code: string }
	/** The answer of /readyz; null where none came. */
	| { type: 'readiness'; said: { checks?: Check[]; contact?: string } | null };

export type Action = Happening & Circumstances;

/** What LoginClient has to do; it has a method for each. */
export type Effect =
	| { do: 'send'; event: Event; data?: Record<string, string> }
	/** Checks the connection, and reconnects where needed. */
	| { do: 'wake' }
	| { do: 'hangUp' }
	/** Finds out why there is no connection. */
	| { do: 'diagnose'; failures: number }
	/** Asks /readyz for faults. */
	| { do: 'look' }
	/** Dispatches an action after a while; replaces a pending one of the same type. */
	| { do: 'later'; millis: number; type: 'refresh' | 'look' }
	/** `soon`: together with other messages of the same moment; `late`: only if the connection stays lost. */
	| { do: 'draw'; when: 'now' | 'soon' | 'late' }
	| { do: 'tell'; name: 'connected' }
	| { do: 'tell'; name: 'complete'; detail: Credential }
	| { do: 'tell'; name: 'error'; detail: { reason: string; retryable: boolean } }
	/** The seconds for which the authorization URL is good. */
	| { do: 'tell'; name: 'clock'; detail: number };

/** Notes an effect, by its name. */
export type Emit = <D extends Effect['do']>(name: D, more?: Without<'do', Extract<Effect, { do: D }>>) => void;

type Without<Name extends string, Each> = Each extends unknown ? Omit<Each, Name> : never;

/** By type of action: what changes in the model. */
export type Reactions = {
	[T in Happening['type']]: (model: Model, action: Omit<Extract<Happening, { type: T }>, 'type'> & Circumstances, emit: Emit) => Partial<Model> | void;
};

export type Reduce = (model: Model, action: Action) => { model: Model; effects: Effect[] };

/** The same for every action, whatever its type. */
export type Reaction = (model: Model, action: Action, emit: Emit) => Partial<Model> | void;

/** The callbacks of LoginClient; each is optional. */
export interface Listener {
	/** Something changed that is to be drawn at once. */
	now?(): void;
	/** A message came; others may come at the same moment. */
	soon?(): void;
	/** The connection was lost, perhaps for a moment only. */
	late?(): void;
	/** There is a new connection, on which no message came yet. */
	connected?(): void;
	complete?(credential: Credential): void;
	error?(detail: { reason: string; retryable: boolean }): void;
	/** The seconds for which the authorization URL is good. */
	clock?(left: number): void;
	/** Every message of the bridge, after the model has taken it in. */
	message?(message: Message): void;
}
