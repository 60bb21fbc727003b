/**
 * Credentials in encrypted files, one for each owner.
 *
 * <p>The file says in clear text which {@link dev.authbridge.store.MasterKeys.Key} decrypts it. Owner, key and format version are
 * authenticated with the ciphertext, so a file that was changed, swapped or renamed cannot be decrypted:
 *
 * <pre>
 * claude-auth-bridge credential 1
 * key 3f0c9a1b5d7e2468
 * base64(nonce, ciphertext, tag)
 * </pre>
 *
 * <p>Several processes work on one folder at the same time: the server, and the commands of the same jar. Writing
 * requires the folder's lock. Reading needs no lock, since files are only ever replaced as a whole.
 */
package dev.authbridge.store;
