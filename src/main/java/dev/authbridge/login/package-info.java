/**
 * The core of the bridge, without any library: each sign-in is a state machine that belongs to one owner.
 *
 * <p>{@link dev.authbridge.login.Logins} holds at most one {@link dev.authbridge.login.LoginSession} for each owner. A session
 * starts a program through the {@link dev.authbridge.login.SignInProgram} port, is told what the program does through its
 * {@code Events}, and hands the credential to the {@link dev.authbridge.login.CredentialSink} port before it calls itself
 * complete:
 *
 * <pre>
 *             urlShown            codeSubmitted          credentialWon, then kept
 *  Starting ───────────▶ AwaitingCode ───────────▶ Verifying ───────────▶ Complete
 *      ▲                                               │
 *      └───────────────── codeRefused ─────────────────┘      Failed(reason): from everywhere
 * </pre>
 *
 * <p>Everything here runs on one thread, the event loop; nothing here locks, and nothing here may block.
 */
package dev.authbridge.login;
