/**
 * The vendor's program: where it is found, how it is started, and what its screen means.
 *
 * <p>{@link dev.authbridge.claude.ClaudeSetupToken} runs {@code claude setup-token} in a terminal of its own with a HOME
 * of its own. One run is a {@code SetupTokenRun}, in one of a few {@code Phase}s:
 *
 * <pre>
 *  CliTerminal ── output ──▶ RestingScreen ── at rest ──▶ SetupTokenScreen ──▶ SetupTokenRun ──▶ events
 *       ▲                                                                           │
 *       └──────────────────────────── Keyboard ◀── code, Enter ─────────────────────┘
 * </pre>
 *
 * <p>{@code SetupTokenScreen} is the one place that knows the program's wording.
 */
package dev.authbridge.claude;
