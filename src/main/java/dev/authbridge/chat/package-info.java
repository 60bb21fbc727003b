/**
 * The chat pane's side of the server: one {@code claude -p} for each prompt, with the owner's credential, no tools and no
 * memory of what was said.
 *
 * <p>{@link dev.authbridge.chat.Chats} is the way in. What the program prints is understood by
 * {@code dev.authbridge.claude}.
 */
package dev.authbridge.chat;
