/**
 * Asking Claude with {@code claude -p}: how it is called, and what the lines that it prints mean.
 *
 * <p>{@link dev.authbridge.claude.print.ClaudeDiagnosis} is the one class that knows the wording of its errors.
 */
package dev.authbridge.claude.print;
