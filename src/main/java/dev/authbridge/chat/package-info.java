/**
 * The chat pane's side of the server: one run of the CLI for each prompt, with the owner's credential, no tools and no memory
 * of what was said.
 *
 * <p>{@link dev.authbridge.chat.Chats} is the way in. How the CLI is called, and what it prints, is
 * known by {@code dev.authbridge.claude.print}.
 */
package dev.authbridge.chat;
