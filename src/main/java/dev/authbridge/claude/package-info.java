/**
 * All that is particular to Claude and its vendor: the CLI and how it is called, its kinds of credential and its variables,
 * and what its messages mean.
 *
 * <p>{@code claude.signin} signs in with the CLI, {@code claude.print} has it answer prompts, {@code claude.install} finds and
 * installs it, and {@code claude.api} asks the vendor's API. What is here is used by all of them.
 */
package dev.authbridge.claude;
