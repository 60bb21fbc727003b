/**
 * The chat pane's side of the server: one run of the CLI for each prompt, with the owner's credential, no tools and no memory
 * of what was said.
 *
 * <p>A prompt passes these types, and its answer those below, back to whoever listens:
 *
 * <pre>
 *  Chats ──▶ ChatRun ──▶ PrintProcess ──▶ process.PipedProgram ──▶ the CLI
 *              │                                    │
 *            Answer ◀── PrintedAnswer ◀── claude.print.PrintedLine
 * </pre>
 *
 * How the CLI is called, and what its lines mean, is known by {@code dev.authbridge.claude.print}. {@code PipedProgram} runs on
 * threads of its own; all that happens to a {@code ChatRun} happens on the event loop.
 */
package dev.authbridge.chat;
