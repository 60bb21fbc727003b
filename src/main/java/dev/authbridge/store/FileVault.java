package dev.authbridge.store;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialKind;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Credentials in a folder: {@code vault/OWNER.credential} and, where no master key is given, {@code vault/master.key}.
 * Holds no state of its own: everything is read anew, so that several processes see each other's changes at once.
 *
 * <p>May be used from any thread. Every method blocks on the disk, and those that write wait for the folder's lock, too.
 * Every failure is a {@link Refusal} with {@code storage_failed} that says what to do, and leaves what was kept as it was.
 */
public final class FileVault {
    private static final String SUFFIX = ".credential";

    private final VaultFolder folder;
    private final VaultKeys keys;
    private final List<CredentialKind> kinds;

    private FileVault(Path dataFolder, Optional<MasterKeys> given, List<CredentialKind> kinds) {
        this.folder = new VaultFolder(dataFolder.resolve("vault"));
        this.keys = new VaultKeys(folder, given);
        this.kinds = List.copyOf(kinds);
    }

    /**
     * A vault to write in: makes the folder and, where none is given, the master key, and removes what killed writers left.
     *
     * @param dataFolder the value of {@code CLAUDE_CREDENTIALS_PATH}
     * @param given the value of {@code CLAUDE_AUTH_MASTER_KEY}; empty to use the file
     * @param kinds of credential that can be read
     * @throws Refusal {@code storage_failed}; {@link #readOnly} still gives a vault, which {@link #check} can ask
     */
    public static FileVault open(Path dataFolder, Optional<MasterKeys> given, List<CredentialKind> kinds)
            throws Refusal {
        FileVault vault = new FileVault(dataFolder, given, kinds);
        reading("open " + vault.folder.path(), () -> {
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
            makeKey();
            return null;
        });
    }

    /** Makes the master key of a new vault. Where there are credentials it must not: no new key would open them. */
    private void makeKey() throws IOException {
        if (keys.find().isPresent()) {
            return;
        }
        // Files that do not belong to any owner count too.
        if (!folder.names("*" + SUFFIX).isEmpty()) {
            throw new IOException("there are credentials but no master.key;"
                    + " restore it, or remove the credentials and sign in again");
        }
        keys.write(new MasterKeys(List.of(MasterKeys.Key.random())));
    }

    /** The credential of the owner; empty if there is none. */
    public Optional<Credential> read(Owner owner) throws Refusal {
        return reading("read the credential of " + owner, () -> readFile(owner));
    }

    /** Stores the credential and replaces any earlier one; see {@link #replace}. */
    public void keep(Owner owner, Credential credential) throws Refusal {
        replace(owner, before -> credential);
    }

    /**
     * Stores a credential and replaces any earlier one; it is safely on disk when this returns. Fails if the earlier one cannot
     * be read, since somebody with the right key may still need it.
     *
     * @param next makes the credential to keep, given the earlier one
     */
    public void replace(Owner owner, Function<Optional<Credential>, Credential> next) throws Refusal {
        writing("keep the credential of " + owner, () -> {
            writeFile(owner, next.apply(readFile(owner)));
            return null;
        });
    }

    /**
     * Changes what is known about a credential, unless another credential or none has taken its place since.
     *
     * @param asked the credential that something was learned about
     * @param change makes the new one of what is stored now
     * @return whether it was changed
     */
    public boolean update(Owner owner, Credential asked, UnaryOperator<Credential> change) throws Refusal {
        return writing("update the credential of " + owner, () -> {
            Optional<Credential> stored = readFile(owner).filter(asked::sameAs);
            if (stored.isPresent()) {
                writeFile(owner, change.apply(stored.get()));
            }
            return stored.isPresent();
        });
    }

    /**
     * Deletes the owner's credential, also one that cannot be read.
     *
     * @return whether there was one
     */
    public boolean delete(Owner owner) throws Refusal {
        return folder.exists()
                && writing("delete the credential of " + owner, () -> {
                    boolean deleted = folder.delete(fileName(owner));
                    folder.delete(useName(owner));
                    return deleted;
                });
    }

    /** Records that the owner's credential was handed over now. A crash may lose this record. */
    public void used(Owner owner) throws Refusal {
        reading("note the use of the credential of " + owner, () -> {
            folder.touch(useName(owner));
            return null;
        });
    }

    /** When the owner's credential, or one before it, was handed over last; empty where it is not known. */
    public Optional<Instant> lastUsed(Owner owner) throws Refusal {
        return reading("read the last use of the credential of " + owner, () -> folder.touched(useName(owner)));
    }

    /** All who have a credential, in the order of their names. */
    public List<Owner> owners() throws Refusal {
        return reading("list the credentials", this::ownersOfFiles);
    }

    /** The owners, each with a stamp that differs once any process has changed what is read for that owner. Reads no file. */
    Map<Owner, String> stamps() throws Refusal {
        return reading("list the credentials", () -> {
            String keyStamp = keys.stamp();
            Map<Owner, String> stamps = new LinkedHashMap<>();
            for (Owner owner : ownersOfFiles()) {
                stamps.put(owner, folder.stamp(fileName(owner)) + " " + folder.stamp(useName(owner)) + " " + keyStamp);
            }
            return stamps;
        });
    }

    /**
     * Encrypts every credential anew with another master key: a new one in the key file, or the first one of those given.
     * If the process is killed at any point, every credential still opens with the stored keys, and the next call completes the
     * work. Stops at a credential that cannot be read, and then keeps all keys.
     *
     * @return how many credentials were encrypted anew
     */
    public int rotateKey() throws Refusal {
        return writing("replace the master key", () -> {
            if (keys.areGiven()) {
                return writeAllAnew();
            }
            // In this order, so that at every moment each file opens with a key that is there.
            MasterKeys next = new MasterKeys(List.of(MasterKeys.Key.random()));
            List<MasterKeys.Key> both = new ArrayList<>(next.all());
            both.addAll(keys.all().all());
            keys.write(new MasterKeys(both));
            int count = writeAllAnew();
            keys.write(next);
            return count;
        });
    }

    /** The master keys, from which other keys are derived. */
    public MasterKeys keys() throws Refusal {
        return reading("read the master key", keys::all);
    }

    /**
     * Finds out whether a credential of this owner could be kept now, without waiting for the folder's lock: the folder can
     * be written in, there is a master key, and it opens the earlier credential.
     *
     * @throws Refusal {@code storage_failed}, with what to do
     */
    public void requireReady(Owner owner) throws Refusal {
        reading("keep a credential of " + owner, () -> {
            if (!folder.exists() || keys.find().isEmpty()) {
                prepare();
            }
            folder.requireWritable();
            keys.all();
            return readFile(owner);
        });
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
            if (needsOtherKeys()) {
                throw new IOException("the master key at hand (" + keys.all().ids() + ") opens none of the credentials"
                        + " there; give back the key that they were kept with, or delete them with: logout");
            }
            return FolderLock.holding(folder.path(), () -> {
                folder.write(".check", new byte[] {'\n'});
                return folder.delete(".check");
            });
        });
    }

    private Optional<Credential> readFile(Owner owner) throws IOException {
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
            MasterKeys.Key key = all.find(envelope.keyId())
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

    private void writeFile(Owner owner, Credential credential) throws IOException {
        Envelope envelope = Envelope.seal(owner, keys.all().current(), CredentialText.write(credential));
        folder.write(fileName(owner), envelope.text());
    }

    /** Encrypts all anew with the current key; stops at one that cannot be read. @return how many there are */
    private int writeAllAnew() throws IOException {
        List<Owner> owners = ownersOfFiles();
        for (Owner owner : owners) {
            Optional<Credential> credential = readFile(owner);
            if (credential.isPresent()) {
                writeFile(owner, credential.get());
            }
        }
        return owners.size();
    }

    /** Whether the keys at hand are those of another vault: there are credentials, and no key for any of them. */
    private boolean needsOtherKeys() throws IOException {
        MasterKeys all = keys.all();
        List<Owner> owners = ownersOfFiles();
        for (Owner owner : owners) {
            try {
                Optional<byte[]> file = folder.read(fileName(owner));
                if (file.isEmpty()
                        || all.find(Envelope.parse(file.get()).keyId()).isPresent()) {
                    return false;
                }
            } catch (IllegalArgumentException e) {
                // A damaged file says nothing about the keys.
                return false;
            }
        }
        return !owners.isEmpty();
    }

    private List<Owner> ownersOfFiles() throws IOException {
        List<Owner> owners = new ArrayList<>();
        for (String name : folder.names("*" + SUFFIX)) {
            String owner = name.substring(0, name.length() - SUFFIX.length());
            // Other files are not the bridge's.
            if (Owner.isName(owner)) {
                owners.add(new Owner(owner));
            }
        }
        return owners;
    }

    /** A safe file name, since an owner's name is one (see {@link Owner}) and never begins with a dot. */
    private static String fileName(Owner owner) {
        return owner.name() + SUFFIX;
    }

    /** An empty file whose modification time is the time of the last use, so that many sandboxes can start at once without a lock. */
    private static String useName(Owner owner) {
        return owner.name() + ".used";
    }

    private <T> T writing(String what, FolderLock.Work<T> work) throws Refusal {
        return reading(what, () -> FolderLock.holding(folder.path(), work));
    }

    private static <T> T reading(String what, FolderLock.Work<T> work) throws Refusal {
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
