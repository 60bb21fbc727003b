/**
 * All that is particular to Claude and its vendor: the CLI and how it is called, its kinds of credential and its variables,
 * and what its messages mean.
 *
 * <p>{@code claude.signin} signs in with it, {@code claude.install} finds and installs it, {@code claude.api} asks the
 * vendor's API. What is here is used by all of them, and by the chat.
 */
package dev.authbridge.claude;
