/**
 * The chat pane's side of the server: one run of the CLI for each prompt, with the owner's credential, no tools and no memory
 * of what was said.
 *
 * <p>A prompt passes through the types in the upper row, and its answer through those in the lower row, to its listener:
 *
 * <pre>
 *  Chats ──▶ ChatRun ──▶ PrintProcess ──▶ process.PipedProgram ──▶ the CLI
 *              │                                    │
 *            Answer ◀── PrintedAnswer ◀── claude.print.PrintedLine
 * </pre>
 *
 * How the CLI is called, and what its lines mean, is known by {@code dev.authbridge.claude.print}. {@code PipedProgram} runs on
 * its own threads; a {@code ChatRun} runs on the event loop only.
 */
package dev.authbridge.chat;
