/**
 * Signing in with the vendor's own programs, and the shape of what the vendor's sign-in page gives people.
 *
 * <p>{@link dev.authbridge.claude.signin.ClaudeSetupToken} runs {@code claude setup-token} in a terminal of its own with a
 * HOME of its own. One run is a {@code SetupTokenRun}; {@code SetupTokenScreen} is the one class that knows the program's
 * wording. {@code CliTerminal} and {@code CliScreen} know nothing of a particular program:
 *
 * <pre>
 *  CliTerminal ── came to rest ──▶ SetupTokenRun ── what it means ──▶ events of the login
 *       ▲                           │    ▲
 *       │                           │    └── SetupTokenScreen, which reads the CliScreen
 *       └──────── code, Enter ──────┘
 * </pre>
 */
package dev.authbridge.claude.signin;
