package dev.authbridge.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.RandomName;
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
 * Credentials in a folder: {@code vault/OWNER.credential} and, if no master key is given, {@code vault/master.key}.
 * Caches nothing: every call reads the files again, so that several processes see each other's changes at once.
 *
 * <p>May be used from any thread. Every method blocks on the disk, and those that write also wait for the folder's lock.
 * Every failure is a {@link Refusal} with {@code storage_failed} whose message says what to do; it leaves the stored
 * credentials unchanged.
 */
public final class FileVault {
    private static final String SUFFIX = ".credential";
    private static final String ID_NAME = "bridge-id";

    private final VaultFolder folder;
    private final VaultKeys keys;
    private final List<CredentialKind> kinds;

    private FileVault(Path dataFolder, Optional<MasterKeys> given, List<CredentialKind> kinds) {
        this.folder = new VaultFolder(in(dataFolder));
        this.keys = new VaultKeys(folder, given);
        this.kinds = List.copyOf(kinds);
    }

    /** The vault's folder, which nobody else may read. */
    public static Path in(Path dataFolder) {
        return dataFolder.resolve("vault");
    }

    /** Where the master key is if none is given. */
    public static Path masterKeyIn(Path dataFolder) {
        return in(dataFolder).resolve(VaultKeys.NAME);
    }

    /**
     * A vault for reading and writing. Creates the folder and, if none is given, the master key; removes temporary files that
     * killed processes left behind.
     *
     * @param dataFolder the value of {@code CLAUDE_CREDENTIALS_PATH}
     * @param given the value of {@code CLAUDE_AUTH_MASTER_KEY}; empty to use the file
     * @param kinds the kinds of credential that can be read
     * @throws Refusal {@code storage_failed}; use {@link #readOnly} then, whose {@link #check} tries again
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

    /** A vault for reading: opening it creates and removes nothing, and if there is no folder it has no credentials. */
    public static FileVault readOnly(Path dataFolder, Optional<MasterKeys> given, List<CredentialKind> kinds) {
        return new FileVault(dataFolder, given, kinds);
    }

    private void prepare() throws IOException {
        folder.prepare();
        FolderLock.holding(folder.path(), () -> {
            folder.removeLeftovers();
            folder.closeFiles();
            makeKey();
            return null;
        });
    }

    /** Makes the master key of a new vault. Fails if there are credentials already, since a new key could not decrypt them. */
    private void makeKey() throws IOException {
        if (keys.find().isPresent()) {
            return;
        }
        // This counts files whose names are not valid owners too.
        if (!folder.names("*" + SUFFIX).isEmpty()) {
            throw new IOException("there are credentials but no master.key;"
                    + " restore it, or delete the credentials and sign in again");
        }
        keys.write(new MasterKeys(List.of(MasterKeys.Key.random())));
    }

    /**
     * The name by which this folder is told from others, wherever it is mounted. It is made once, is not secret, and is kept in the
     * folder.
     */
    public String id() throws Refusal {
        Optional<String> kept = reading("read the id of " + folder.path(), this::readId);
        return kept.isPresent()
                ? kept.get()
                : writing("keep the id of " + folder.path(), () -> {
                    Optional<String> byAnother = readId();
                    if (byAnother.isPresent()) {
                        return byAnother.get();
                    }
                    String made = RandomName.of128Bits();
                    folder.write(ID_NAME, (made + "\n").getBytes(US_ASCII));
                    return made;
                });
    }

    /** Empty also if the file is damaged: then a new id is made. */
    private Optional<String> readId() throws IOException {
        return folder.read(ID_NAME)
                .map(content -> new String(content, US_ASCII).strip())
                .filter(text -> text.matches("[\\w-]{22}"));
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
     * be read, since it may still be needed once the right key is back.
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
     * Changes what is known about a credential, unless it has been replaced or deleted in the meantime.
     *
     * @param asked the credential that the change is about
     * @param change turns what is stored now into the new version
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
     * Deletes the owner's credential, even if it cannot be read.
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

    /** When the owner's credential, or an earlier one, was last handed over; empty if that is not known. */
    public Optional<Instant> lastUsed(Owner owner) throws Refusal {
        return reading("read the last use of the credential of " + owner, () -> folder.touched(useName(owner)));
    }

    /** All owners who have a credential, sorted by name. */
    public List<Owner> owners() throws Refusal {
        return reading("list the credentials", this::ownersOfFiles);
    }

    /** Each owner with a stamp that changes when any process changes what is stored for that owner. Reads no file contents. */
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
     * Encrypts every credential again with another master key: a new one in the key file, or the first of the given ones.
     * If the process is killed at any point, every credential can still be decrypted with the stored keys, and the next call
     * completes the work. Stops at a credential that cannot be read, and then keeps all keys.
     *
     * @return how many credentials were encrypted again
     */
    public int rotateKey() throws Refusal {
        return writing("replace the master key", () -> {
            if (keys.areGiven()) {
                return writeAllAnew();
            }
            // In this order, so that at every moment a stored key decrypts each file.
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
     * Checks whether a credential of this owner could be stored now, without waiting for the folder's lock: the folder is
     * writable, there is a master key, and it decrypts the earlier credential.
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
     * Checks whether a credential could be stored now: a file can be written in the folder, the master key is readable, and it
     * is not the key of another vault. Creates what is missing, so that the vault recovers by itself once the administrator
     * has repaired the folder.
     *
     * @throws Refusal {@code storage_failed}, with what to do
     */
    public void check() throws Refusal {
        reading("write in " + folder.path(), () -> {
            prepare();
            if (needsOtherKeys()) {
                throw new IOException(
                        "the master key in use (" + keys.all().ids() + ") decrypts none of the credentials"
                                + " there; restore the key that encrypted them, or delete them with: logout");
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
                // The master key may have been rotated between reading the two files; if so, this file has changed by
                // now.
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
                            + ", but the one in use is " + all.ids() + "; restore that key, or sign out and in again"));
            byte[] content = envelope.open(owner, key)
                    .orElseThrow(
                            () -> new IllegalArgumentException("is damaged, was changed, or belongs to another owner;"
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

    /** Encrypts all again with the current key; stops at one that cannot be read. @return how many there are */
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

    /** Whether the master keys are those of another vault: there are credentials, but no key for any of them. */
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
            // A file with any other name was not written by the bridge.
            if (Owner.isName(owner)) {
                owners.add(new Owner(owner));
            }
        }
        return owners;
    }

    /** Safe, since an owner's name is a safe file name and never begins with a dot; see {@link Owner}. */
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
