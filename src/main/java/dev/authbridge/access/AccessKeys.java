package dev.authbridge.access;

import dev.authbridge.access.AccessKey.Scope;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The access keys that are valid now: the one from the configuration, and those in the keys file, which is read again when
 * it changes. May be used from any thread.
 */
public final class AccessKeys {
    private static final Logger LOG = System.getLogger(AccessKeys.class.getName());

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

    private final List<AccessKey> configured;
    private final Optional<Path> file;
    private volatile List<AccessKey> ofFile;

    private volatile Valid current;

    private volatile String lastFault = "";

    /**
     * The keys that are valid, and what follows from them, which is asked for with each status.
     *
     * @param byHash the keys by their hash
     * @param ofOneOwner whether all keys that allow signing in belong to one owner
     */
    private record Valid(Map<String, AccessKey> byHash, boolean ofOneOwner) {
        static Valid of(Map<String, AccessKey> byHash) {
            long owners = byHash.values().stream()
                    .filter(key -> key.may(Scope.LOGIN))
                    .map(AccessKey::owner)
                    .distinct()
                    .count();
            return new Valid(Map.copyOf(byHash), owners <= 1);
        }
    }

    /** @throws KeysFile.Unusable if the file cannot be used as it is now */
    public AccessKeys(List<AccessKey> configured, Optional<Path> file) throws KeysFile.Unusable {
        this.configured = List.copyOf(configured);
        this.file = file;
        this.ofFile = file.isPresent() ? KeysFile.read(file.get()) : List.of();
        this.current = merged(ofFile);
    }

    /**
     * Reads the file again; blocks on the disk. If the file cannot be used, the keys stay as they are, and the reason is
     * logged once.
     *
     * @return whether the valid keys have changed
     */
    public boolean reload() {
        if (file.isEmpty()) {
            return false;
        }
        try {
            List<AccessKey> fresh = KeysFile.read(file.get());
            lastFault = "";
            if (fresh.equals(ofFile)) {
                return false;
            }
            ofFile = fresh;
            current = merged(fresh);
            LOG.log(
                    Level.INFO,
                    "keys file read again: {0} keys are valid now",
                    current.byHash().size());
            return true;
        } catch (KeysFile.Unusable e) {
            if (!e.getMessage().equals(lastFault)) {
                lastFault = e.getMessage();
                LOG.log(Level.WARNING, "keys file {0}: {1}. The keys read before stay valid.", file.get(), lastFault);
            }
            return false;
        }
    }

    /**
     * Reads the file again every two seconds from now on, if there is one.
     *
     * @param worker where the disk is read
     * @param changed run on the loop when the valid keys have changed
     */
    public void watch(Loop loop, Executor worker, Runnable changed) {
        if (file.isEmpty()) {
            return;
        }
        loop.after(BETWEEN_LOOKS, () -> CompletableFuture.supplyAsync(this::reload, worker)
                .whenComplete((others, failure) -> loop.execute(() -> {
                    if (Boolean.TRUE.equals(others)) {
                        changed.run();
                    }
                    watch(loop, worker, changed);
                })));
    }

    /**
     * Finds the access key with this text. It is looked up by its hash: how far a wrong key's hash agrees with a right one's
     * says nothing about the right key, so the time taken reveals nothing.
     */
    Optional<AccessKey> find(String key) {
        return Optional.ofNullable(current.byHash().get(AccessKey.sha256(key)));
    }

    /** The owner's key with this hash. */
    Optional<AccessKey> of(Owner owner, String sha256) {
        return Optional.ofNullable(current.byHash().get(sha256))
                .filter(key -> key.owner().equals(owner));
    }

    /** Whether all keys that allow signing in belong to one owner. */
    public boolean ofOneOwner() {
        return current.ofOneOwner();
    }

    /** Whether the key is still valid, with the scopes that it has. */
    public boolean holds(AccessKey key) {
        return key.equals(current.byHash().get(key.sha256()));
    }

    /** A key in both places has the scopes of both if its owner is the same; otherwise the line in the file is ignored. */
    private Valid merged(List<AccessKey> ofFile) {
        Map<String, AccessKey> all = new LinkedHashMap<>();
        configured.forEach(key -> all.put(key.sha256(), key));
        for (AccessKey key : ofFile) {
            AccessKey before = all.get(key.sha256());
            if (before == null) {
                all.put(key.sha256(), key);
            } else if (before.owner().equals(key.owner())) {
                Set<Scope> scopes = EnumSet.copyOf(before.scopes());
                scopes.addAll(key.scopes());
                all.put(key.sha256(), new AccessKey(key.owner(), key.sha256(), scopes));
            } else {
                LOG.log(Level.WARNING, "the keys file gives the configured key to {0}: ignored", key.owner());
            }
        }
        return Valid.of(all);
    }
}
