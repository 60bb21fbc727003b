/**
 * Credentials in encrypted files, one file an owner.
 *
 * <p>The file says in clear text which {@link dev.authbridge.store.MasterKeys.Key} opens it. Owner, key and format version are
 * bound to the ciphertext, so a file that was changed, swapped or renamed does not open:
 *
 * <pre>
 * claude-auth-bridge credential 1
 * key 3f0c9a1b5d7e2468
 * base64(nonce, ciphertext, tag)
 * </pre>
 *
 * <p>Several processes work on one folder at the same time: the server, and the commands of the same jar. Whoever writes
 * holds the folder's lock; whoever reads needs none, since files are only ever replaced as a whole.
 */
package dev.authbridge.store;
