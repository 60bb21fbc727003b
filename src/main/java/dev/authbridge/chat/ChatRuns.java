package dev.authbridge.chat;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Timers;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The runs that can be asked for by their owner and id: those under way, and for a while those whose answer is whole. What
 * failed or was stopped is forgotten at once, so it begins anew when it is asked again. Confined to the login loop.
 */
final class ChatRuns {
    private final Timers timers;
    private final Executor loop;
    private final Chats.Limits limits;
    private final Map<Name, ChatRun> runs = new LinkedHashMap<>();
    private final Set<CompletableFuture<Void>> ending = new LinkedHashSet<>();

    private record Name(Owner owner, String id) {}

    ChatRuns(Timers timers, Executor loop, Chats.Limits limits) {
        this.timers = timers;
        this.loop = loop;
        this.limits = limits;
    }

    Optional<ChatRun> find(Owner owner, String id) {
        return Optional.ofNullable(runs.get(new Name(owner, id)));
    }

    /** Starts the run, which is known by that id from now on. */
    void start(Owner owner, String id, ChatRun run) {
        Name name = new Name(owner, id);
        runs.put(name, run);
        run.start(() -> ended(name, run));
    }

    int underWay() {
        return (int) runs.values().stream().filter(run -> !run.ended()).count();
    }

    int underWay(Owner owner) {
        return (int) runs.entrySet().stream()
                .filter(entry -> entry.getKey().owner().equals(owner))
                .filter(entry -> !entry.getValue().ended())
                .count();
    }

    /** Ends and forgets all; completes once their processes are gone. */
    CompletionStage<Void> close() {
        List.copyOf(runs.values()).forEach(ChatRun::abandon);
        runs.clear();
        return CompletableFuture.allOf(ending.toArray(CompletableFuture[]::new));
    }

    private void ended(Name name, ChatRun run) {
        track(run.gone());
        if (!run.whole()) {
            runs.remove(name, run);
        } else {
            timers.after(limits.keptFor(), () -> runs.remove(name, run));
            forgetOldest(name.owner());
        }
    }

    /** Of one owner's whole answers no more are kept than may be written at once. */
    private void forgetOldest(Owner owner) {
        List<Name> whole = runs.entrySet().stream()
                .filter(entry -> entry.getKey().owner().equals(owner))
                .filter(entry -> entry.getValue().whole())
                .map(Map.Entry::getKey)
                .toList();
        int surplus = Math.max(0, whole.size() - limits.mostOfOwner());
        whole.subList(0, surplus).forEach(runs::remove);
    }

    private void track(CompletableFuture<Void> gone) {
        ending.add(gone);
        gone.whenComplete((done, failure) -> loop.execute(() -> ending.remove(gone)));
    }
}
