package dev.authbridge.credential;

import dev.authbridge.login.Owner;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The encrypted files, one an owner, and the keys that open them. Every failure is an {@link IOException} whose message
 * says what to do. Writing needs {@link FolderLock}.
 */
final class CredentialFiles {
    private static final String SUFFIX = ".credential";

    private final VaultFolder folder;
    private final KeyFile keyFile;
    private final Optional<MasterKeys> given;

    CredentialFiles(VaultFolder folder, Optional<MasterKeys> given) {
        this.folder = folder;
        this.keyFile = new KeyFile(folder);
        this.given = given;
    }

    MasterKeys keys() throws IOException {
        return given.isPresent()
                ? given.get()
                : keyFile.read().orElseThrow(() -> new IOException("there is no " + KeyFile.NAME));
    }

    /** Makes the key file of a new vault. Where there are credentials it must not: no new key would open them. */
    void makeKey() throws IOException {
        if (given.isPresent() || keyFile.read().isPresent()) {
            return;
        }
        if (!folder.names("*" + SUFFIX).isEmpty()) {
            throw new IOException("there are credentials but no " + KeyFile.NAME
                    + "; restore it, or remove the credentials and sign in again");
        }
        keyFile.write(new MasterKeys(List.of(MasterKey.random())));
    }

    /**
     * Replaces the master key by a new one: adds it, encrypts every file anew, and drops the others, in this order, so
     * that at every moment each file opens with a key that is there. Where keys are given, their first takes over.
     *
     * @return how many files were encrypted anew
     */
    int rotate() throws IOException {
        MasterKeys before = keys();
        MasterKeys current = given.orElse(new MasterKeys(List.of(MasterKey.random())));
        if (given.isEmpty()) {
            List<MasterKey> all = new ArrayList<>(current.all());
            all.addAll(before.all());
            keyFile.write(new MasterKeys(all));
        }
        List<Owner> owners = owners();
        for (Owner owner : owners) {
            Optional<Credential> credential = read(owner);
            if (credential.isPresent()) {
                write(owner, credential.get());
            }
        }
        if (given.isEmpty()) {
            keyFile.write(current);
        }
        return owners.size();
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
            MasterKeys keys = keys();
            MasterKey key = keys.find(envelope.keyId())
                    .orElseThrow(() -> new IllegalArgumentException("needs the master key " + envelope.keyId()
                            + ", and at hand is " + keys.ids() + "; give back that key, or sign out and in again"));
            byte[] content = envelope.open(owner, key)
                    .orElseThrow(() -> new IllegalArgumentException("was damaged, changed, or is another owner's;"
                            + " restore it from a backup, or sign out and in again"));
            return CredentialText.read(content);
        } catch (IllegalArgumentException e) {
            throw new IOException(fileName(owner) + " " + e.getMessage(), e);
        }
    }

    /** Whether the keys at hand are those of another vault: there are credentials, and no key for any of them. */
    boolean keysAreOthers() throws IOException {
        MasterKeys keys = keys();
        List<Owner> owners = owners();
        for (Owner owner : owners) {
            try {
                Optional<byte[]> file = folder.read(fileName(owner));
                if (file.isEmpty()
                        || keys.find(Envelope.parse(file.get()).keyId()).isPresent()) {
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
        Envelope envelope = Envelope.seal(owner, keys().current(), CredentialText.write(credential));
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
