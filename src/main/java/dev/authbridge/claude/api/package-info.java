/**
 * The vendor's API, as far as the bridge asks it: whether it takes a credential, and whether it can be reached. It is
 * reached as the CLI would reach it, through the same proxy and trusting the same certificates.
 */
package dev.authbridge.claude.api;
