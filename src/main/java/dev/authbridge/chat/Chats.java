package dev.authbridge.chat;

import dev.authbridge.claude.ClaudeSource;
import dev.authbridge.claude.CliMessages;
import dev.authbridge.claude.print.ClaudePrint;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Timers;
import dev.authbridge.credential.Credentials;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

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
    private final ChatRun.Parts parts;
    private final Limits limits;
    private final ChatRuns runs;
    private boolean closed;

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
     * @param source the CLI, found anew for each prompt; called on the worker
     * @param serverEnvironment of which the CLI gets a few names
     * @param dataFolder holds the owners' HOMEs
     * @param loop the login loop
     * @param worker runs CLIs to their end, so it has to have threads enough
     */
    public Chats(
            BooleanSupplier enabled,
            ClaudeSource source,
            Map<String, String> serverEnvironment,
            Path dataFolder,
            Credentials credentials,
            Timers timers,
            Executor loop,
            Executor worker,
            Limits limits) {
        this.enabled = enabled;
        ClaudePrint print = new ClaudePrint(source, serverEnvironment, dataFolder);
        this.parts = new ChatRun.Parts(print, credentials, timers, loop, worker, limits.within());
        this.limits = limits;
        this.runs = new ChatRuns(timers, loop, limits);
    }

    /**
     * Has the prompt answered, or tells the answer again that this id has already.
     *
     * @param id the client's own name for the prompt
     * @throws Refusal {@code disabled}, {@code busy}, or {@code bad_message}
     */
    public Subscription ask(Owner owner, String id, String prompt, ChatListener listener) throws Refusal {
        if (!enabled.getAsBoolean()) {
            throw new Refusal(Reason.DISABLED, "The chat is switched off on this server.");
        }
        Optional<ChatRun> known = runs.find(owner, id);
        if (known.isPresent() && !known.get().asks(prompt)) {
            throw new Refusal(Reason.BAD_MESSAGE, "The field \"data.id\" is that of another prompt.");
        }
        return known.isPresent()
                ? known.get().tell(listener)
                : begin(owner, id, prompt).tell(listener);
    }

    private ChatRun begin(Owner owner, String id, String prompt) throws Refusal {
        requireRoom(owner, prompt);
        ChatRun run = new ChatRun(owner, prompt, parts);
        runs.start(owner, id, run);
        return run;
    }

    /** Ends the answer; its listener is told that it is done. Says whether there was one under way. */
    public boolean stop(Owner owner, String id) {
        Optional<ChatRun> underWay = runs.find(owner, id).filter(run -> !run.ended());
        underWay.ifPresent(ChatRun::stop);
        return underWay.isPresent();
    }

    /** How many answers are being written. */
    public int running() {
        return runs.underWay();
    }

    /** Ends everything, takes nothing new; completes once all processes are gone. */
    public CompletionStage<Void> close() {
        closed = true;
        return runs.close();
    }

    private void requireRoom(Owner owner, String prompt) throws Refusal {
        if (prompt.isBlank()) {
            throw new Refusal(Reason.BAD_MESSAGE, "The prompt is empty.");
        }
        if (runs.underWay(owner) >= limits.mostOfOwner()) {
            throw new Refusal(Reason.BUSY, CliMessages.STILL_ANSWERING);
        }
        if (closed || running() >= limits.most()) {
            throw new Refusal(Reason.BUSY, "The server answers too many people right now. Try again soon.");
        }
    }
}
