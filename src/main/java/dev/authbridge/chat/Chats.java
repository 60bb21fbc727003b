package dev.authbridge.chat;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.claude.CliMessages;
import dev.authbridge.claude.print.ClaudePrint;
import dev.authbridge.core.CountedLog;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Places;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Subscription;
import dev.authbridge.credential.CredentialStatus;
import dev.authbridge.credential.Credentials;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * All prompts and their answers.
 *
 * <p>An answer belongs to its owner and the prompt's id, not to the socket by which it was asked for. A phone that has lost its
 * socket asks again with the same id and prompt, and gets the same answer from its beginning, even if that has ended meanwhile.
 * So a complete answer is kept in memory for a while; it is never written to disk. An answer that failed or was stopped is
 * forgotten at once, so the same id then begins a new one.
 *
 * <p>All methods are called on the event loop, and listeners are told there. Nothing here blocks.
 */
public final class Chats {
    private final Loop loop;
    private final BooleanSupplier enabled;
    private final ChatRun.Parts parts;
    private final Limits limits;

    /** The runs that can be asked for, oldest first. */
    private final Map<Name, ChatRun> runs = new LinkedHashMap<>();

    private final Places places;

    private Consumer<Owner> signInNeeded = owner -> {};
    private boolean closed;

    private record Name(Owner owner, String id) {}

    /**
     * How much the server may spend on the chat.
     *
     * @param most how many processes there may be at once, including those that are ending; each takes about 150 MB
     * @param mostOfOwner how many answers to one owner may be in progress at once, and how many complete ones are kept
     * @param within how long one answer may take
     * @param keptFor how long a complete answer is kept for a client that did not get all of it
     */
    public record Limits(int most, int mostOfOwner, Duration within, Duration keptFor) {
        public static final Limits USUAL = new Limits(4, 2, Duration.ofMinutes(10), Duration.ofMinutes(10));
    }

    /** Receives an answer, in order; after {@link #done} or {@link #failed} nothing more comes. */
    public interface Listener {
        /** The next piece of the answer. */
        void text(String piece);

        /** The answer is complete, or was stopped. */
        void done();

        /** There will be no more of the answer. */
        void failed(Problem problem);
    }

    /**
     * @param enabled whether there is a chat at all; asked for each prompt
     * @param source finds the CLI for each prompt; called on the worker
     * @param serverEnvironment the server's own environment, of which the CLI gets a few variables
     * @param dataFolder holds the owners' homes
     * @param loop the event loop
     * @param worker has to have a thread for each CLI that runs, and one to end it
     */
    public Chats(
            BooleanSupplier enabled,
            ClaudeCommand.Source source,
            Map<String, String> serverEnvironment,
            Path dataFolder,
            Credentials credentials,
            Loop loop,
            Executor worker,
            Limits limits) {
        this.loop = loop;
        this.enabled = enabled;
        ClaudePrint print = new ClaudePrint(source, serverEnvironment, dataFolder);
        CountedLog unasked = new CountedLog(Level.INFO, "{0} prompts were not asked, the last one of {1}: {2}", loop);
        this.parts = new ChatRun.Parts(
                print, credentials, loop, worker, limits.within(), unasked, owner -> signInNeeded.accept(owner));
        this.limits = limits;
        this.places = new Places(limits.most(), loop, () -> {});
        credentials.listen(owner -> loop.execute(() -> endIfHeld(owner)));
    }

    /** A program that is running has the credential, so it ends, too. */
    private void endIfHeld(Owner owner) {
        if (parts.credentials()
                .status(owner)
                .flatMap(CredentialStatus::heldSince)
                .isPresent()) {
            runsOf(owner, run -> !run.ended()).forEach(name -> runs.get(name).credentialHeld());
        }
    }

    /** @param listener told on the loop, from now on, whose prompt was not answered because nobody is signed in */
    public void whenSignInNeeded(Consumer<Owner> listener) {
        signInNeeded = listener;
    }

    /**
     * Has the prompt answered. If this id has an answer already, the listener gets that one, in place of the listener before.
     *
     * @param id the client's own name for the prompt
     * @return ends the telling; the answer itself goes on
     * @throws Refusal {@code disabled}, {@code busy}, or {@code bad_message}
     */
    public Subscription ask(Owner owner, String id, String prompt, Listener listener) throws Refusal {
        loop.requireCurrent();
        if (!enabled.getAsBoolean()) {
            throw new Refusal(Reason.DISABLED, "The chat is switched off on this server.");
        }
        Optional<ChatRun> known = find(owner, id);
        if (known.isPresent() && !known.get().asks(prompt)) {
            throw new Refusal(Reason.BAD_MESSAGE, "The field \"data.id\" is that of another prompt.");
        }
        return known.isPresent()
                ? known.get().tell(listener)
                : begin(owner, id, prompt).tell(listener);
    }

    private ChatRun begin(Owner owner, String id, String prompt) throws Refusal {
        requireRoom(owner, prompt);
        Name name = new Name(owner, id);
        ChatRun run = new ChatRun(owner, prompt, places.take(), parts);
        runs.put(name, run);
        run.start(() -> ended(name, run));
        return run;
    }

    /** Ends the answer; its listener is told that it is done. Returns whether it was in progress. */
    public boolean stop(Owner owner, String id) {
        Optional<ChatRun> inProgress = find(owner, id).filter(run -> !run.ended());
        inProgress.ifPresent(ChatRun::stop);
        return inProgress.isPresent();
    }

    /** How many answers are in progress. */
    public int running() {
        return (int) runs.values().stream().filter(run -> !run.ended()).count();
    }

    /** Ends all runs and takes no more prompts; completes once all processes are gone. */
    public CompletionStage<Void> close() {
        loop.requireCurrent();
        closed = true;
        List.copyOf(runs.values()).forEach(ChatRun::abandon);
        runs.clear();
        return places.gone();
    }

    private Optional<ChatRun> find(Owner owner, String id) {
        return Optional.ofNullable(runs.get(new Name(owner, id)));
    }

    private void requireRoom(Owner owner, String prompt) throws Refusal {
        if (prompt.isBlank()) {
            throw new Refusal(Reason.BAD_MESSAGE, "The prompt is empty.");
        }
        if (runsOf(owner, run -> !run.ended()).size() >= limits.mostOfOwner()) {
            throw new Refusal(Reason.BUSY, CliMessages.STILL_ANSWERING);
        }
        if (closed || !places.canTake()) {
            throw new Refusal(Reason.BUSY, "The server answers too many people right now. Try again soon.");
        }
    }

    private void ended(Name name, ChatRun run) {
        if (run.complete()) {
            loop.after(limits.keptFor(), () -> runs.remove(name, run));
            List<Name> complete = runsOf(name.owner(), ChatRun::complete);
            complete.subList(0, Math.max(0, complete.size() - limits.mostOfOwner()))
                    .forEach(runs::remove);
        } else {
            runs.remove(name, run);
        }
    }

    /** The owner's runs of that kind, oldest first. */
    private List<Name> runsOf(Owner owner, Predicate<ChatRun> kind) {
        return runs.entrySet().stream()
                .filter(entry -> entry.getKey().owner().equals(owner) && kind.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }
}
