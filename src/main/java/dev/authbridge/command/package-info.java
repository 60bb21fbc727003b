/**
 * The jar's commands, for the machine itself: one class each, and {@link dev.authbridge.command.Commands} that picks one.
 *
 * <p>They work on the same vault as the server, which may run at the same time or not at all. {@code exec} and {@code env}
 * are on the way of every sandbox that starts, so nothing is loaded there that they do not need: no Vert.x, no Jackson,
 * no log, and of the commands only the one that was asked for.
 */
package dev.authbridge.command;
