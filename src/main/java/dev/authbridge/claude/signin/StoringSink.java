package dev.authbridge.claude.signin;

import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.CredentialStatus;
import dev.authbridge.credential.Credentials;
import dev.authbridge.login.CredentialSink;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Puts what a sign-in program has won where the credentials are kept. What cannot be stored, because the disk is full for
 * example, waits in memory, and storing it is tried again with growing pauses: a token is shown once, is good for a year, and
 * its owner could neither use nor revoke it. It waits until it is stored, the owner wins a newer one or signs out, or the
 * process ends. One of another organization is stored, too, but not in use until its owner says yes.
 *
 * <p>Confined to the event loop.
 */
public final class StoringSink implements CredentialSink {
    private static final Logger LOG = System.getLogger(StoringSink.class.getName());

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);

    /** Each attempt asks the service about the credential. */
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private static final String WAITS =
            " The new credential is kept in this program's memory, and stored as soon as that is"
                    + " possible; if the program is ended before, it is lost.";

    private final Credentials credentials;
    private final Loop loop;
    private final Map<Owner, Waiting> waiting = new HashMap<>();
    private final Map<Owner, Unconfirmed> unconfirmed = new HashMap<>();
    /** Counts for each owner what was won or thrown away; what is still on its way from before then is not stored. */
    private final Map<Owner, Long> turns = new ConcurrentHashMap<>();

    public StoringSink(Credentials credentials, Loop loop) {
        this.credentials = credentials;
        this.loop = loop;
        credentials.listen(owner ->
                loop.execute(() -> Optional.ofNullable(unconfirmed.get(owner)).ifPresent(Unconfirmed::look)));
    }

    @Override
    public CompletionStage<Void> ready(Owner owner) {
        return credentials.ready(owner);
    }

    @Override
    public CompletionStage<CredentialSummary> keep(Owner owner, String kind, Secret secret) {
        CompletableFuture<CredentialSummary> kept = new CompletableFuture<>();
        long turn = turns.merge(owner, 1L, Long::sum);
        // An attempt that is under way must not end after this one, and put the older credential in its place.
        withdraw(owner).whenComplete((ended, unused) -> credentials
                .keep(owner, kind, secret, () -> isWanted(owner, turn))
                .whenComplete((credential, failure) -> loop.execute(() -> {
                    if (failure == null) {
                        kept.complete(credential);
                    } else if (isOfStorage(failure) && isWanted(owner, turn)) {
                        kept.completeExceptionally(waitFor(new Waiting(owner, kind, secret, turn), failure));
                    } else if (Refusal.problemOf(failure).reason() == Reason.OTHER_ORGANIZATION) {
                        kept.completeExceptionally(
                                new NotYetKept(Refusal.problemOf(failure), new Unconfirmed(owner).confirmed));
                    } else {
                        kept.completeExceptionally(failure);
                    }
                })));
        return kept;
    }

    @Override
    public void forget(Owner owner) {
        turns.merge(owner, 1L, Long::sum);
        withdraw(owner);
    }

    private boolean isWanted(Owner owner, long turn) {
        return turns.get(owner) == turn;
    }

    private NotYetKept waitFor(Waiting credential, Throwable failure) {
        Problem problem = Refusal.problemOf(failure);
        LOG.log(Level.ERROR, "{0}: {1}{2}", credential.owner, problem.message(), WAITS);
        waiting.put(credential.owner, credential);
        credential.tryAgainAfter(FIRST_PAUSE);
        return new NotYetKept(new Problem(problem.reason(), problem.message() + WAITS), credential.stored);
    }

    /** @return completes, in whatever way, once no attempt to store it is under way */
    private CompletionStage<?> withdraw(Owner owner) {
        Waiting credential = waiting.remove(owner);
        if (credential == null) {
            return CompletableFuture.completedFuture(null);
        }
        credential.next.cancel();
        return credential.attempt;
    }

    private static boolean isOfStorage(Throwable failure) {
        return Refusal.problemOf(failure).reason() == Reason.STORAGE_FAILED;
    }

    /** A credential of another organization that waits for its owner's word, which may come from anywhere. */
    private final class Unconfirmed {
        private final Owner owner;
        private final Optional<CredentialSummary> credential;
        private final CompletableFuture<CredentialSummary> confirmed = new CompletableFuture<>();

        Unconfirmed(Owner owner) {
            this.owner = owner;
            this.credential = asked(owner);
            unconfirmed.put(owner, this);
        }

        void look() {
            if (asked(owner).equals(credential)) {
                return;
            }
            unconfirmed.remove(owner, this);
            credentials
                    .status(owner)
                    .map(CredentialStatus::summary)
                    .filter(inUse -> credential.equals(Optional.of(inUse)))
                    .ifPresent(confirmed::complete);
        }

        private Optional<CredentialSummary> asked(Owner of) {
            return credentials.status(of).flatMap(CredentialStatus::successor).map(CredentialStatus.Successor::summary);
        }
    }

    /** A credential that waits to be stored. */
    private final class Waiting {
        private final Owner owner;
        private final String kind;
        private final Secret secret;
        private final long turn;
        private final CompletableFuture<CredentialSummary> stored = new CompletableFuture<>();
        private Loop.Timer next = () -> {};
        private CompletionStage<?> attempt = CompletableFuture.completedFuture(null);

        Waiting(Owner owner, String kind, Secret secret, long turn) {
            this.owner = owner;
            this.kind = kind;
            this.secret = secret;
            this.turn = turn;
        }

        void tryAgainAfter(Duration pause) {
            next = loop.after(pause, () -> {
                CompletionStage<CredentialSummary> trial =
                        credentials.keep(owner, kind, secret, () -> isWanted(owner, turn));
                attempt = trial;
                trial.whenComplete((credential, failure) -> loop.execute(() -> ended(credential, failure, pause)));
            });
        }

        private void ended(CredentialSummary credential, Throwable failure, Duration pause) {
            boolean wanted = waiting.get(owner) == this;
            if (failure == null) {
                waiting.remove(owner, this);
                stored.complete(credential);
            } else if (wanted && isOfStorage(failure)) {
                Duration doubled = pause.multipliedBy(2);
                tryAgainAfter(doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE);
            } else if (wanted && Refusal.problemOf(failure).reason() == Reason.OTHER_ORGANIZATION) {
                waiting.remove(owner);
                new Unconfirmed(owner).confirmed.thenAccept(stored::complete);
            } else if (wanted) {
                waiting.remove(owner);
                LOG.log(
                        Level.WARNING,
                        "{0}: {1}",
                        owner,
                        Refusal.problemOf(failure).message());
            }
        }
    }
}
