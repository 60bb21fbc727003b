package dev.authbridge.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The master keys of a vault: those that were given, or those of its key file, which are read anew each time. Every failure
 * is an {@link IOException} whose message says what to do. Writing needs {@link FolderLock}.
 */
final class VaultKeys {
    private final KeyFile file;
    private final Optional<MasterKeys> given;

    VaultKeys(VaultFolder folder, Optional<MasterKeys> given) {
        this.file = new KeyFile(folder);
        this.given = given;
    }

    MasterKeys all() throws IOException {
        return given.isPresent()
                ? given.get()
                : file.read().orElseThrow(() -> new IOException("there is no " + KeyFile.NAME));
    }

    /** Makes the key file of a new vault. Where there are credentials it must not: no new key would open them. */
    void make(CredentialFiles files) throws IOException {
        if (given.isPresent() || file.read().isPresent()) {
            return;
        }
        if (files.any()) {
            throw new IOException("there are credentials but no " + KeyFile.NAME
                    + "; restore it, or remove the credentials and sign in again");
        }
        file.write(new MasterKeys(List.of(MasterKey.random())));
    }

    /**
     * Replaces the master key by a new one: adds it, encrypts every file anew, and drops the others, in this order, so
     * that at every moment each file opens with a key that is there. Where keys are given, their first takes over.
     *
     * @return how many files were encrypted anew
     */
    int rotate(CredentialFiles files) throws IOException {
        if (given.isPresent()) {
            return files.writeAllAnew();
        }
        MasterKeys next = new MasterKeys(List.of(MasterKey.random()));
        List<MasterKey> both = new ArrayList<>(next.all());
        both.addAll(all().all());
        file.write(new MasterKeys(both));
        int count = files.writeAllAnew();
        file.write(next);
        return count;
    }
}
