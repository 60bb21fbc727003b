package dev.authbridge.notify;

import dev.authbridge.core.Loop;
import dev.authbridge.core.OneLine;
import dev.authbridge.core.Owner;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.credential.Credentials;
import dev.authbridge.notify.NotifiedFile.Content;
import dev.authbridge.notify.NotifiedFile.Failure;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Tells the receiver each event once, one after the other, and tries again after a failure: 10 s later, then 20 s, 40 s, … up to an
 * hour, for as long as the event is true. What is told about credentials follows from their status, so nothing is lost when the
 * server is restarted, and an event that has not been told by then is no longer told once somebody has signed in.
 *
 * <p>Confined to the event loop; the worker does what blocks.
 */
public final class Notifications {
    private static final System.Logger LOG = System.getLogger(Notifications.class.getName());

    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(10);
    private static final Duration LONGEST_RETRY = Duration.ofHours(1);

    /** A chat that waits for longer has probably been left; after this time, another prompt is told as a new event. */
    private static final Duration CHAT_WAITS = Duration.ofDays(1);

    private static final int MOST_WAITING = 100;
    private static final int LONGEST_REASON = 300;

    private final Receiver receiver;
    private final NotifiedFile file;
    private final Credentials credentials;
    private final Loop loop;
    private final Executor worker;
    private final Consumer<Boolean> outcome;

    /** When each event was told, by its name, as far as this server knows; the file may know of more. */
    private final Map<String, Instant> told = new HashMap<>();

    private final Map<String, Waiting> waiting = new LinkedHashMap<>();
    private volatile int waitingNow;
    private boolean telling;
    private boolean ready;
    private boolean closed;
    private Instant notBefore = Instant.MIN;
    private Loop.Timer nextTry = () -> {};

    /**
     * An event that has not been told yet.
     *
     * @param toldLast when the event before it of the same name was told
     * @param failures tries that have failed
     * @param due when to try, by the steady clock
     */
    private record Waiting(Event event, Optional<Instant> toldLast, int failures, Instant due) {
        Waiting again(Instant then) {
            return new Waiting(event, toldLast, failures + 1, then);
        }
    }

    /**
     * @param worker runs one task after the other, and nothing else, since telling may take half a minute
     * @param outcome told of each try whether it succeeded
     */
    public Notifications(
            Receiver receiver,
            NotifiedFile file,
            Credentials credentials,
            Loop loop,
            Executor worker,
            Consumer<Boolean> outcome) {
        this.receiver = receiver;
        this.file = file;
        this.credentials = credentials;
        this.loop = loop;
        this.worker = worker;
        this.outcome = outcome;
    }

    /** Reads what was told before; then looks at the credentials, whenever one has changed, and once a minute. */
    public void start() {
        loop.requireCurrent();
        onWorker(() -> {
            Content before = read();
            loop.execute(() -> {
                before.told().forEach(told::putIfAbsent);
                ready = true;
                credentials.listen(owner -> loop.execute(this::look));
                lookEveryMinute();
            });
        });
    }

    private void lookEveryMinute() {
        if (!closed) {
            look();
            loop.after(BETWEEN_LOOKS, this::lookEveryMinute);
        }
    }

    /** A prompt of this owner was not answered because nobody is signed in. */
    public void chatWaits(Owner owner) {
        loop.requireCurrent();
        Event event = Event.chatWaits(owner, loop.now());
        Optional<Instant> before = Optional.ofNullable(told.get(event.name()));
        if (before.isEmpty() || isOver(owner, before.get())) {
            add(event);
            tellNext();
        }
    }

    /** How many events have not been told yet; may be called on any thread. */
    public int waiting() {
        return waitingNow;
    }

    private void look() {
        if (closed) {
            return;
        }
        Instant now = loop.now();
        Set<String> current = new HashSet<>();
        credentials.all().forEach((owner, status) -> {
            Stream.concat(Event.ends(owner, status, now).stream(), Event.refused(owner, status, now).stream())
                    .forEach(event -> {
                        current.add(event.name());
                        if (!told.containsKey(event.name())) {
                            add(event);
                        }
                    });
            if (status.validity() == Validity.VALID) {
                forget(Event.nameOfRefused(owner, status));
            }
        });
        waiting.values().removeIf(it -> it.event()
                .ofChat()
                .map(owner -> isOver(owner, it.event().since()))
                .orElse(!current.contains(it.event().name())));
        tellNext();
    }

    /** If the credential is refused again, that is another event. */
    private void forget(String name) {
        if (told.remove(name) != null) {
            onWorker(() -> write(read().without(name)));
        }
    }

    /** Whether a chat that has waited since then waits no more: somebody has signed in, or it is too long ago. */
    private boolean isOver(Owner owner, Instant since) {
        Duration ago = Duration.between(since, loop.now());
        return ago.isNegative()
                || ago.compareTo(CHAT_WAITS) > 0
                || credentials
                        .status(owner)
                        .filter(it -> it.summary().madeAt().isAfter(since))
                        .isPresent();
    }

    private void add(Event event) {
        // What is about a credential comes back with the next look.
        if (waiting.size() < MOST_WAITING && !waiting.containsKey(event.name())) {
            Optional<Instant> toldLast = Optional.ofNullable(told.get(event.name()));
            waiting.put(event.name(), new Waiting(event, toldLast, 0, loop.steady()));
        }
    }

    private void tellNext() {
        nextTry.cancel();
        waitingNow = waiting.size();
        Optional<Waiting> first = waiting.values().stream().min(Comparator.comparing(Waiting::due));
        if (closed || !ready || telling || first.isEmpty()) {
            return;
        }
        Instant due = first.get().due().isAfter(notBefore) ? first.get().due() : notBefore;
        if (due.isAfter(loop.steady())) {
            nextTry = loop.after(Duration.between(loop.steady(), due), this::tellNext);
        } else {
            tell(first.get());
        }
    }

    private void tell(Waiting next) {
        telling = true;
        Instant now = loop.now();
        onWorker(() -> {
            Optional<Result> result = tryToTell(next, now);
            loop.execute(() -> tried(next, now, result));
        });
    }

    /** @param failure empty if the receiver has taken the event */
    private record Result(Optional<String> failure) {}

    /**
     * On the worker.
     *
     * @return empty if the file says that it was told meanwhile, by another server with the same data folder
     */
    private Optional<Result> tryToTell(Waiting next, Instant now) {
        String name = next.event().name();
        Instant inFile = read().told().get(name);
        if (inFile != null
                && (next.toldLast().isEmpty() || inFile.isAfter(next.toldLast().get()))) {
            return Optional.empty();
        }
        Optional<String> failure = Optional.empty();
        try {
            receiver.tell(next.event().json());
        } catch (IOException e) {
            failure = Optional.of(OneLine.of(String.valueOf(e.getMessage()), LONGEST_REASON));
        } catch (InterruptedException e) {
            // The server stops, and tells it after its next start.
            Thread.currentThread().interrupt();
            return Optional.of(new Result(Optional.of("the server has stopped")));
        }
        Content content = read();
        write(failure.isPresent() ? content.withFailure(new Failure(now, failure.get())) : content.withTold(name, now));
        return Optional.of(new Result(failure));
    }

    private void tried(Waiting tried, Instant at, Optional<Result> result) {
        telling = false;
        String name = tried.event().name();
        Optional<String> failure = result.flatMap(Result::failure);
        if (failure.isEmpty()) {
            waiting.remove(name);
            told.put(name, at);
        } else if (!closed) {
            Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(tried.failures(), 9));
            wait = wait.compareTo(LONGEST_RETRY) < 0 ? wait : LONGEST_RETRY;
            waiting.replace(name, tried.again(loop.steady().plus(wait)));
            notBefore = loop.steady().plus(FIRST_RETRY);
            LOG.log(
                    Level.WARNING,
                    "CLAUDE_AUTH_NOTIFY: \"{0}\" could not be told: {1}. It is tried again in {2} s",
                    name,
                    failure.get(),
                    wait.toSeconds());
        }
        if (result.isPresent() && !closed) {
            outcome.accept(failure.isEmpty());
        }
        if (result.isPresent() && failure.isEmpty()) {
            LOG.log(Level.INFO, "CLAUDE_AUTH_NOTIFY: \"{0}\" was told to {1}", name, receiver.shown());
        }
        tellNext();
    }

    private void onWorker(Runnable work) {
        try {
            worker.execute(work);
        } catch (RejectedExecutionException e) {
            // The server stops.
            closed = true;
        }
    }

    /** On the worker. With a file that cannot be read, an event may be told twice, which is better than never. */
    private Content read() {
        try {
            return file.read();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "what CLAUDE_AUTH_NOTIFY was told is not known: {0}", e.getMessage());
            return Content.NONE;
        }
    }

    /** On the worker. */
    private void write(Content content) {
        try {
            file.write(content);
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "what CLAUDE_AUTH_NOTIFY was told cannot be kept, so a restart would tell it again: {0}",
                    e.toString());
        }
    }
}
