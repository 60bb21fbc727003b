package dev.authbridge.store;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialKind;
import dev.authbridge.credential.CredentialVault;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The vault in a folder: {@code vault/OWNER.credential} and, where no master key is given, {@code vault/master.key}.
 * Holds no state of its own: everything is read anew, so that several processes see each other's changes at once.
 */
public final class FileVault implements CredentialVault {
    private final VaultFolder folder;
    private final VaultKeys keys;
    private final CredentialFiles files;

    private FileVault(Path dataFolder, Optional<MasterKeys> given, List<CredentialKind> kinds) {
        this.folder = new VaultFolder(dataFolder.resolve("vault"));
        this.keys = new VaultKeys(folder, given);
        this.files = new CredentialFiles(folder, keys, List.copyOf(kinds));
    }

    /**
     * A vault to write in: makes the folder and, where none is given, the master key, and removes what killed writers left.
     *
     * @param dataFolder the value of {@code CLAUDE_CREDENTIALS_PATH}
     * @param given the value of {@code CLAUDE_AUTH_MASTER_KEY}; empty to use the file
     * @param kinds of credential that can be read
     * @throws Refusal {@code storage_failed}; {@link #readOnly} still gives a vault, that {@link #check} can ask
     */
    public static FileVault open(Path dataFolder, Optional<MasterKeys> given, List<CredentialKind> kinds)
            throws Refusal {
        FileVault vault = new FileVault(dataFolder, given, kinds);
        vault.reading("open " + vault.folder.path(), () -> {
            vault.prepare();
            return null;
        });
        return vault;
    }

    /** A vault to read from: makes and removes nothing, and has no credentials where there is no folder. */
    public static FileVault readOnly(Path dataFolder, Optional<MasterKeys> given, List<CredentialKind> kinds) {
        return new FileVault(dataFolder, given, kinds);
    }

    private void prepare() throws IOException {
        folder.prepare();
        FolderLock.holding(folder.path(), () -> {
            folder.removeLeftovers();
            keys.make(files);
            return null;
        });
    }

    @Override
    public Optional<Credential> read(Owner owner) throws Refusal {
        return reading("read the credential of " + owner, () -> files.read(owner));
    }

    @Override
    public void keep(Owner owner, Credential credential) throws Refusal {
        writing("keep the credential of " + owner, () -> {
            // only to find out that the one before can be read
            files.read(owner);
            files.write(owner, credential);
            return null;
        });
    }

    @Override
    public boolean update(Owner owner, Credential asked, UnaryOperator<Credential> change) throws Refusal {
        return writing("update the credential of " + owner, () -> {
            Optional<Credential> stored = files.read(owner).filter(asked::sameAs);
            if (stored.isPresent()) {
                files.write(owner, change.apply(stored.get()));
            }
            return stored.isPresent();
        });
    }

    @Override
    public boolean delete(Owner owner) throws Refusal {
        return folder.exists() && writing("delete the credential of " + owner, () -> files.delete(owner));
    }

    @Override
    public void used(Owner owner) throws Refusal {
        reading("note the use of the credential of " + owner, () -> {
            files.used(owner);
            return null;
        });
    }

    @Override
    public Optional<Instant> lastUsed(Owner owner) throws Refusal {
        return reading("read the last use of the credential of " + owner, () -> files.lastUsed(owner));
    }

    /**
     * Encrypts every credential anew with another master key: a new one in the key file, or the first one of those given.
     * Killed at any point, every credential opens with the keys that are there, and the next call does the rest. Stops at
     * a credential that cannot be read, and keeps all keys then.
     *
     * @return how many credentials were encrypted anew
     */
    public int rotateKey() throws Refusal {
        return writing("replace the master key", () -> keys.rotate(files));
    }

    @Override
    public List<Owner> owners() throws Refusal {
        return reading("list the credentials", files::owners);
    }

    /** The master keys at hand, for what else has to be derived from them. */
    public MasterKeys keys() throws Refusal {
        return reading("read the master key", keys::all);
    }

    /**
     * Finds out whether a credential could be kept now: the folder takes a file, the key is readable, and it is not the key
     * of another vault. Makes what is missing, so that a vault comes back by itself once the administrator has mended its
     * folder.
     *
     * @throws Refusal {@code storage_failed}, with what to do
     */
    public void check() throws Refusal {
        reading("write in " + folder.path(), () -> {
            prepare();
            if (files.needOtherKeys()) {
                throw new IOException("the master key at hand (" + keys.all().ids() + ") opens none of the credentials"
                        + " there; give back the key that they were kept with, or delete them with: logout");
            }
            return FolderLock.holding(folder.path(), () -> {
                folder.write(".check", new byte[] {'\n'});
                return folder.delete(".check");
            });
        });
    }

    private <T> T writing(String what, DiskWork<T> work) throws Refusal {
        return reading(what, () -> FolderLock.holding(folder.path(), work));
    }

    private <T> T reading(String what, DiskWork<T> work) throws Refusal {
        try {
            return work.run();
        } catch (FileSystemException e) {
            String why = e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
            throw failed(what, e.getFile() + ": " + why, e);
        } catch (IOException e) {
            throw failed(what, String.valueOf(e.getMessage()), e);
        }
    }

    private static Refusal failed(String what, String why, IOException cause) {
        return new Refusal(new Problem(Reason.STORAGE_FAILED, "Could not " + what + ": " + why + "."), cause);
    }
}
