package dev.authbridge.chat;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.credential.Credentials;
import dev.authbridge.login.LoginException;
import dev.authbridge.login.Owner;
import dev.authbridge.login.Reason;
import dev.authbridge.login.Timers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * All prompts and their answers.
 *
 * <p>An answer belongs to its owner and the prompt's id, not to who asked: a phone whose socket goes away asks again with
 * the same id and prompt when it is back, and gets the same answer from its beginning, whether that has ended meanwhile or
 * not. For that a whole answer is kept in memory for a while; nothing is written down. Every method is called on the login
 * loop, and listeners are told there. Nothing here blocks.
 */
public final class Chats {
    private final BooleanSupplier enabled;
    private final ClaudePrint claude;
    private final Credentials credentials;
    private final Timers timers;
    private final Executor loop;
    private final Limits limits;
    private final Map<Name, ChatRun> runs = new LinkedHashMap<>();
    private final Set<CompletableFuture<Void>> ending = new LinkedHashSet<>();
    private boolean closed;

    private record Name(Owner owner, String id) {}

    /**
     * What the server may spend on the chat.
     *
     * @param most how many answers are written at once; each is a process of about 150 MB
     * @param mostOfOwner the same for one owner
     * @param within how long one answer may take
     * @param keptFor how long a whole answer is kept for whoever did not get it
     */
    public record Limits(int most, int mostOfOwner, Duration within, Duration keptFor) {
        public static final Limits USUAL = new Limits(4, 2, Duration.ofMinutes(10), Duration.ofMinutes(10));
    }

    /** What an answer is told to. */
    public interface Subscription {
        /** Tells no more; the answer goes on. */
        void close();
    }

    /**
     * @param enabled whether there is a chat at all; asked for each prompt
     * @param lookup finds the CLI, anew for each prompt; called on the worker
     * @param serverEnvironment of which the CLI gets a few names
     * @param dataFolder holds the owners' HOMEs
     * @param loop the login loop
     * @param worker runs CLIs to their end, so it has to have threads enough
     */
    public Chats(
            BooleanSupplier enabled,
            Supplier<Optional<ClaudeCommand>> lookup,
            Map<String, String> serverEnvironment,
            Path dataFolder,
            Credentials credentials,
            Timers timers,
            Executor loop,
            Executor worker,
            Limits limits) {
        this.enabled = enabled;
        this.claude = new ClaudePrint(lookup, serverEnvironment, dataFolder, worker);
        this.credentials = credentials;
        this.timers = timers;
        this.loop = loop;
        this.limits = limits;
    }

    /**
     * Has the prompt answered, or tells the answer again that this id has already.
     *
     * @param id the client's own name for the prompt
     * @throws LoginException {@code disabled}, {@code busy}, or {@code bad_message}
     */
    public Subscription ask(Owner owner, String id, String prompt, ChatListener listener) throws LoginException {
        if (!enabled.getAsBoolean()) {
            throw new LoginException(Reason.DISABLED, "The chat is switched off on this server.");
        }
        Name name = new Name(owner, id);
        ChatRun run = runs.get(name);
        if (run == null) {
            requireRoom(owner, prompt);
            run = new ChatRun(owner, prompt, claude, credentials, timers, loop, limits.within());
            runs.put(name, run);
            ChatRun started = run;
            run.start(() -> ended(name, started));
        } else if (!run.asks(prompt)) {
            throw new LoginException(Reason.BAD_MESSAGE, "The field \"data.id\" is that of another prompt.");
        }
        return run.tell(listener);
    }

    /** Ends the answer; its listener is told that it is done. Says whether there was one under way. */
    public boolean stop(Owner owner, String id) {
        ChatRun run = runs.get(new Name(owner, id));
        boolean underWay = run != null && !run.ended();
        if (underWay) {
            run.stop();
        }
        return underWay;
    }

    /** How many answers are being written. */
    public int running() {
        return (int) runs.values().stream().filter(run -> !run.ended()).count();
    }

    /** Ends everything, takes nothing new; completes once all processes are gone. */
    public CompletionStage<Void> close() {
        closed = true;
        List.copyOf(runs.values()).forEach(ChatRun::abandon);
        runs.clear();
        return CompletableFuture.allOf(ending.toArray(CompletableFuture[]::new));
    }

    private void requireRoom(Owner owner, String prompt) throws LoginException {
        if (prompt.isBlank()) {
            throw new LoginException(Reason.BAD_MESSAGE, "The prompt is empty.");
        }
        long own = runs.entrySet().stream()
                .filter(entry -> entry.getKey().owner().equals(owner))
                .filter(entry -> !entry.getValue().ended())
                .count();
        if (own >= limits.mostOfOwner()) {
            throw new LoginException(
                    Reason.BUSY, "Claude is still answering. Wait for that, or stop it, then ask again.");
        }
        if (closed || running() >= limits.most()) {
            throw new LoginException(Reason.BUSY, "The server answers too many people right now. Try again soon.");
        }
    }

    /** What failed or was stopped begins anew when it is asked again; a whole answer is kept for a while. */
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
