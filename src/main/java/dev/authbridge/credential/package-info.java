/**
 * The credentials: what is kept, and how it is doing.
 *
 * <p>A {@link dev.authbridge.credential.Credential} is of a {@link dev.authbridge.credential.CredentialKind}, which the
 * vendor's package defines. {@link dev.authbridge.credential.Credentials} keeps them for callers that must not block and
 * asks the service about them through {@link dev.authbridge.credential.CredentialCheck};
 * {@link dev.authbridge.credential.CheckSchedule} looks at all of them once a minute.
 */
package dev.authbridge.credential;
