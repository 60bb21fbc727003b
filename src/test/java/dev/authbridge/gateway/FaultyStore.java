package dev.authbridge.gateway;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A store in memory that fails, or takes its time, when it is told to. Reading always works. */
final class FaultyStore implements CredentialStore {
    private final Map<Owner, Credential> kept = new HashMap<>();
    private final Set<String> everKept = new HashSet<>();
    private final List<Runnable> held = new ArrayList<>();
    private Mood mood = Mood.WELL;

    /** How it treats whatever it is asked from now on. */
    enum Mood {
        WELL,
        FAILING,
        /** It answers when its mood changes. */
        SLOW
    }

    /** Answers what it has kept waiting, as the new mood is. */
    void become(Mood next) {
        mood = next;
        if (mood != Mood.SLOW) {
            List<Runnable> waiting = List.copyOf(held);
            held.clear();
            waiting.forEach(Runnable::run);
        }
    }

    boolean wasKept(Owner owner, String fingerprint) {
        return everKept.contains(owner.name() + " " + fingerprint);
    }

    Mood mood() {
        return mood;
    }

    Optional<String> token(Owner owner) {
        return Optional.ofNullable(kept.get(owner)).map(Credential::reveal);
    }

    private interface Change<T> {
        T make();
    }

    private <T> CompletionStage<T> change(Change<T> change) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Runnable work = () -> {
            if (mood == Mood.FAILING) {
                answer.completeExceptionally(new Refusal(Reason.STORAGE_FAILED, "The disk is full."));
            } else {
                answer.complete(change.make());
            }
        };
        if (mood == Mood.SLOW) {
            held.add(work);
        } else {
            work.run();
        }
        return answer;
    }

    @Override
    public CompletionStage<Optional<Kept>> read(Owner owner) {
        return CompletableFuture.completedFuture(
                Optional.ofNullable(kept.get(owner)).map(credential -> new Kept(credential, Optional.empty())));
    }

    @Override
    public CompletionStage<Void> keep(Owner owner, Function<Optional<Credential>, Credential> next) {
        return change(() -> {
            Credential credential = next.apply(Optional.ofNullable(kept.get(owner)));
            kept.put(owner, credential);
            everKept.add(owner.name() + " " + credential.fingerprint());
            return null;
        });
    }

    @Override
    public CompletionStage<Boolean> update(Owner owner, Credential asked, UnaryOperator<Credential> change) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Boolean> delete(Owner owner) {
        return change(() -> kept.remove(owner) != null);
    }

    @Override
    public CompletionStage<Void> used(Owner owner) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> ready(Owner owner) {
        return change(() -> null);
    }

    @Override
    public CompletionStage<Map<Owner, String>> stamps() {
        throw new UnsupportedOperationException();
    }
}
