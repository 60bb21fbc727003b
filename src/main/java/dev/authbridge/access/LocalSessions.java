package dev.authbridge.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.Hashes;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Peer;
import dev.authbridge.core.RandomName;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Subscription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Sessions kept by one machine: in memory, and in a file over a restart. Only a session that is known lives, so a cookie whose
 * session was lost, with the file for example, is worth nothing. Confined to the event loop, except its constructor.
 *
 * <p>The cookie is random, and the id of a session is the hash of its cookie, so that neither the file nor the list of the
 * sessions reveals a cookie.
 */
public final class LocalSessions implements Sessions {
    private static final Logger LOG = System.getLogger(LocalSessions.class.getName());

    /** For one more, the owner's session that was not used for longest ends. */
    static final int MOST_OF_OWNER = 64;

    /** Of all owners; together 1 MiB in the file. */
    static final int MOST = 4_096;

    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

    /** How old the times of last use in the file may be. */
    private static final Duration USE_WRITTEN_WITHIN = Duration.ofMinutes(5);

    private final AccessKeys keys;
    private final Duration idle;
    private final SessionsFile file;
    private final Loop loop;
    private final Executor worker;

    /** By id; the one that was not used for longest comes first. */
    private final Map<String, Session> living = new LinkedHashMap<>();

    private final Set<Consumer<Session>> watchers = new LinkedHashSet<>();
    private Instant writtenAt;
    private boolean usedSinceWritten;
    private boolean writing;
    private boolean failing;

    /** Completes when a write that begins from now on has ended; empty if nothing has to be written. */
    private Optional<CompletableFuture<Void>> unwritten = Optional.empty();

    /**
     * Reads the file, which blocks on the disk. If it cannot be read, there are no sessions.
     *
     * @param idle after how long without use a session ends
     * @param file where the sessions outlast a restart
     * @param worker where the file is written
     */
    public LocalSessions(AccessKeys keys, Duration idle, Path file, Loop loop, Executor worker) {
        this.keys = keys;
        this.idle = idle;
        this.file = new SessionsFile(file);
        this.loop = loop;
        this.worker = worker;
        this.writtenAt = loop.now();
        try {
            this.file.read().stream()
                    .limit(MOST)
                    .map(session -> session.notAfter(loop.now()))
                    .filter(this::goesOn)
                    .forEach(session -> living.put(session.id(), session));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "browsers have to sign in to this server again: {0}", e.toString());
        }
        lookAgain();
    }

    @Override
    public CompletionStage<Opened> open(AccessKey key, Peer peer) {
        List<Session> ofOwner = ofOwner(key.owner());
        if (ofOwner.size() >= MOST_OF_OWNER) {
            end(ofOwner.get(0));
        } else if (living.size() >= MOST) {
            end(living.values().iterator().next());
        }
        Secret cookie = new Secret(RandomName.of192Bits());
        Instant now = loop.now();
        Session session = new Session(idOf(cookie.reveal()), key.owner(), key.sha256(), peer, now, now);
        living.put(session.id(), session);
        write();
        return CompletableFuture.completedFuture(new Opened(cookie, new Bearer(key, Optional.of(session.id()))));
    }

    @Override
    public CompletionStage<Optional<Bearer>> find(String cookie) {
        Optional<Session> found = living(idOf(cookie));
        found.ifPresent(this::used);
        return CompletableFuture.completedFuture(
                found.flatMap(session -> keyOf(session).map(key -> new Bearer(key, Optional.of(session.id())))));
    }

    @Override
    public boolean holds(Bearer bearer) {
        return bearer.session().isEmpty() || living(bearer.session().get()).isPresent();
    }

    @Override
    public void used(Bearer bearer) {
        bearer.session().flatMap(this::living).ifPresent(this::used);
    }

    @Override
    public CompletionStage<List<Session>> of(Owner owner) {
        List<Session> sessions =
                new ArrayList<>(ofOwner(owner).stream().filter(this::goesOn).toList());
        Collections.reverse(sessions);
        return CompletableFuture.completedFuture(sessions);
    }

    @Override
    public CompletionStage<Boolean> end(Owner owner, String id) {
        Optional<Session> session = living(id).filter(found -> found.owner().equals(owner));
        session.ifPresent(this::end);
        return session.isEmpty() ? CompletableFuture.completedFuture(false) : write().thenApply(written -> true);
    }

    @Override
    public CompletionStage<Void> endAll(Owner owner) {
        ofOwner(owner).forEach(this::end);
        return write();
    }

    @Override
    public Subscription watch(Consumer<Session> ended) {
        watchers.add(ended);
        return () -> watchers.remove(ended);
    }

    private static String idOf(String cookie) {
        byte[] hash = Hashes.sha256("session", cookie.getBytes(UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash).substring(0, 22);
    }

    private List<Session> ofOwner(Owner owner) {
        return living.values().stream()
                .filter(session -> session.owner().equals(owner))
                .toList();
    }

    private Optional<Session> living(String id) {
        return Optional.ofNullable(living.get(id)).filter(this::goesOn);
    }

    private boolean goesOn(Session session) {
        Instant now = loop.now();
        return now.isBefore(session.openedAt().plus(LONGEST))
                && now.isBefore(session.lastUsedAt().plus(idle))
                && keyOf(session).isPresent();
    }

    private Optional<AccessKey> keyOf(Session session) {
        return keys.of(session.owner(), session.keySha256());
    }

    /** Moves it to the end of those that live. */
    private void used(Session session) {
        living.remove(session.id());
        living.put(session.id(), session.usedAt(loop.now()));
        usedSinceWritten = true;
    }

    private void end(Session session) {
        living.remove(session.id());
        List.copyOf(watchers).forEach(watcher -> watcher.accept(session));
    }

    private void lookAgain() {
        loop.after(BETWEEN_LOOKS, () -> {
            look();
            lookAgain();
        });
    }

    /** Ends the sessions that are over, and writes what has not been written. */
    private void look() {
        // If the clock was set back, a session would otherwise last longer by as much.
        living.replaceAll((id, session) -> session.notAfter(loop.now()));
        List<Session> over =
                living.values().stream().filter(session -> !goesOn(session)).toList();
        over.forEach(this::end);
        boolean late = usedSinceWritten && !loop.now().isBefore(writtenAt.plus(USE_WRITTEN_WITHIN));
        if (!over.isEmpty() || late || failing) {
            write();
        }
    }

    /** Completes on the loop when the sessions as they are now are in the file, or could not be written there; never fails. */
    private CompletionStage<Void> write() {
        CompletableFuture<Void> written = unwritten.orElseGet(CompletableFuture::new);
        unwritten = Optional.of(written);
        writeNext();
        return written;
    }

    private void writeNext() {
        if (writing || unwritten.isEmpty()) {
            return;
        }
        CompletableFuture<Void> written = unwritten.get();
        unwritten = Optional.empty();
        writing = true;
        usedSinceWritten = false;
        writtenAt = loop.now();
        List<Session> sessions = List.copyOf(living.values());
        CompletableFuture.runAsync(() -> write(sessions), worker)
                .whenComplete((done, failure) -> loop.execute(() -> {
                    writing = false;
                    report(failure);
                    written.complete(null);
                    writeNext();
                }));
    }

    private void write(List<Session> sessions) {
        try {
            file.write(sessions);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void report(Throwable failure) {
        if (failure != null && !failing) {
            LOG.log(
                    Level.WARNING,
                    "browsers have to sign in to this server again after a restart: {0}",
                    failure.getCause().toString());
        }
        failing = failure != null;
    }
}
