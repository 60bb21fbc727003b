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

/** Everything that a page knows of its login. */
export interface Model {
	state: State;
	/** The order of what the bridge says; what is older is no news. -1 before its first word on a connection. */
	seq: number;
	/** Why the login that goes on did not take a code, or this page's own message. */
	problem: Problem | null;
	/** How the last login ended. */
	failure: Problem | null;

	// ---- from the bridge
	/** The sign-in link, relative to the bridge. */
	link?: string;
	loginId?: string;
	expiresAt?: string;
	credential?: Credential;
	others?: { found: { source: string; method: string }[]; usedByHand: string };
	/** The authorization URL. */
	url?: string;
	startedBy?: Device;
	pairedWith?: Device;

	// ---- the connection
	/** Whether something was heard since the connection was made. */
	connected: boolean;
	/** Which connection it is. */
	connection: number;
	/** Whether the bridge answers others, but not pages of this origin. */
	foreign: boolean;
	/** How far the bridge's clock is ahead of this one's, in milliseconds. */
	ahead: number;
	/** The `seq` at which this page came in: what had ended by then is not told. */
	first: number | null;
	/** The error that was told last: the bridge repeats how a login ended for as long as that is its state. */
	told: string;
	/** Whether this device was let in for one login only. */
	paired: boolean;
	/** Whether this page is to know what is in the way of the bridge's work. */
	watches: boolean;

	// ---- what the person did here
	/** Whether a code is on its way. */
	sending: boolean;
	/** The code that is on its way, and where the login stood when it left; `over` is false without a connection. */
	sent: { code: string; loginId?: string; seq: number; over: number | false } | null;
	/** What was asked for while there was no connection, and how all stood then. */
	wish: { events: Event[]; of: string } | null;
	/** Whether the sign-in page of this login was opened from here. */
	opened: boolean;
	/** The name of a text about what was done last. */
	note: 'restarted' | 'signed_out_notice' | null;
	/** How one was signed in before the sign-out. */
	gone: string | null;
	/** Whether one login is ended for the next. */
	renewing: boolean;
	/** Whether a login was started by itself since the last sign-in: once is enough. */
	restarted: boolean;

	// ---- the bridge itself
	/** What is in the way of every sign-in. */
	faults: Check[];
	/** Whether all of that passes by itself. */
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

type Simple = 'start' | 'cancel' | 'renew' | 'followed' | 'opened' | 'refresh' | 'wake' | 'tick' | 'look';

export type Happening =
	| { type: 'connect'; paired: boolean; watches: boolean }
	| { type: 'connected' }
	| { type: 'down'; failures: number }
	/** What HTTP said where a WebSocket was refused: its status, none where nothing answered. */
	| { type: 'diagnosed'; failures: number; status?: number; foreign: boolean }
	| ({ type: 'message' } & Message)
	| { [T in Simple]: { type: T } }[Simple]
	| { type: 'submit'; code: string }
	| { type: 'signedOut'; method?: string }
	/** What the bridge says of itself; null where it did not answer. */
	| { type: 'readiness'; said: { checks?: Check[]; contact?: string } | null };

export type Action = Happening & Circumstances;

/** What is to be done: by LoginClient, which has a method for each. */
export type Effect =
	| { do: 'send'; event: Event; data?: Record<string, string> }
	/** Makes sure that there is a living connection. */
	| { do: 'wake' }
	| { do: 'hangUp' }
	/** Finds out why there is no connection. */
	| { do: 'diagnose'; failures: number }
	/** Asks the bridge what is in the way of its work. */
	| { do: 'look' }
	/** Lets an action happen in a while, in place of one of its type that was to happen. */
	| { do: 'later'; millis: number; type: 'refresh' | 'look' }
	/** `soon` together with what comes within the same blink, `late` only if it lasts. */
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

/** Whom LoginClient tells; each is optional. */
export interface Listener {
	/** Something changed that is to be drawn at once. */
	now?(): void;
	/** Something was heard; several messages may come together. */
	soon?(): void;
	/** The connection was lost, which may be for a blink. */
	late?(): void;
	/** There is a connection, of which nothing is known yet. */
	connected?(): void;
	complete?(credential: Credential): void;
	error?(detail: { reason: string; retryable: boolean }): void;
	/** The seconds for which the authorization URL is good. */
	clock?(left: number): void;
	/** Every message of the bridge, after the model has taken it in. */
	message?(message: Message): void;
}
