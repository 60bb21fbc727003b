package dev.authbridge.store;

import dev.authbridge.core.Owner;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialKind;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The encrypted files, one an owner. Every failure is an {@link IOException} whose message
 * says what to do. Writing needs {@link FolderLock}.
 */
final class CredentialFiles {
    private static final String SUFFIX = ".credential";

    private final VaultFolder folder;
    private final VaultKeys keys;
    private final List<CredentialKind> kinds;

    CredentialFiles(VaultFolder folder, VaultKeys keys, List<CredentialKind> kinds) {
        this.folder = folder;
        this.keys = keys;
        this.kinds = kinds;
    }

    Optional<Credential> read(Owner owner) throws IOException {
        Optional<byte[]> file = folder.read(fileName(owner));
        while (file.isPresent()) {
            try {
                return Optional.of(open(owner, file.get()));
            } catch (IOException e) {
                // The master key may have been replaced between the two files; then this one is another by now.
                Optional<byte[]> again = folder.read(fileName(owner));
                if (Arrays.equals(again.orElse(null), file.get())) {
                    throw e;
                }
                file = again;
            }
        }
        return Optional.empty();
    }

    private Credential open(Owner owner, byte[] file) throws IOException {
        try {
            Envelope envelope = Envelope.parse(file);
            MasterKeys all = keys.all();
            MasterKey key = all.find(envelope.keyId())
                    .orElseThrow(() -> new IllegalArgumentException("needs the master key " + envelope.keyId()
                            + ", and at hand is " + all.ids() + "; give back that key, or sign out and in again"));
            byte[] content = envelope.open(owner, key)
                    .orElseThrow(() -> new IllegalArgumentException("was damaged, changed, or is another owner's;"
                            + " restore it from a backup, or sign out and in again"));
            return CredentialText.read(content, kinds);
        } catch (IllegalArgumentException e) {
            throw new IOException(fileName(owner) + " " + e.getMessage(), e);
        }
    }

    /** Encrypts all anew with the current key; stops at one that cannot be read. @return how many there are */
    int writeAllAnew() throws IOException {
        List<Owner> owners = owners();
        for (Owner owner : owners) {
            Optional<Credential> credential = read(owner);
            if (credential.isPresent()) {
                write(owner, credential.get());
            }
        }
        return owners.size();
    }

    /** Whether the keys at hand are those of another vault: there are credentials, and no key for any of them. */
    boolean needOtherKeys() throws IOException {
        MasterKeys all = keys.all();
        List<Owner> owners = owners();
        for (Owner owner : owners) {
            try {
                Optional<byte[]> file = folder.read(fileName(owner));
                if (file.isEmpty()
                        || all.find(Envelope.parse(file.get()).keyId()).isPresent()) {
                    return false;
                }
            } catch (IllegalArgumentException e) {
                // A damaged file is its owner's matter, and says nothing of the keys.
                return false;
            }
        }
        return !owners.isEmpty();
    }

    void write(Owner owner, Credential credential) throws IOException {
        Envelope envelope = Envelope.seal(owner, keys.all().current(), CredentialText.write(credential));
        folder.write(fileName(owner), envelope.text());
    }

    boolean delete(Owner owner) throws IOException {
        boolean deleted = folder.delete(fileName(owner));
        folder.delete(useName(owner));
        return deleted;
    }

    void used(Owner owner) throws IOException {
        folder.touch(useName(owner));
    }

    Optional<Instant> lastUsed(Owner owner) throws IOException {
        return folder.touched(useName(owner));
    }

    /** Also one under a name that no owner has. */
    boolean any() throws IOException {
        return !folder.names("*" + SUFFIX).isEmpty();
    }

    List<Owner> owners() throws IOException {
        List<Owner> owners = new ArrayList<>();
        for (String name : folder.names("*" + SUFFIX)) {
            String owner = name.substring(0, name.length() - SUFFIX.length());
            // any other name was put there by somebody else
            if (Owner.isName(owner)) {
                owners.add(new Owner(owner));
            }
        }
        return owners;
    }

    /** Safe: an owner's name is (see {@link Owner}), and never begins with a dot. */
    private static String fileName(Owner owner) {
        return owner.name() + SUFFIX;
    }

    /** An empty file whose time says when: twelve sandboxes that start at once need no lock and encrypt nothing anew. */
    private static String useName(Owner owner) {
        return owner.name() + ".used";
    }
}
