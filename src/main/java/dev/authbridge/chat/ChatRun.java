package dev.authbridge.chat;

import dev.authbridge.claude.CliMessages;
import dev.authbridge.claude.print.ClaudeDiagnosis;
import dev.authbridge.claude.print.ClaudePrint;
import dev.authbridge.claude.print.PrintedLine;
import dev.authbridge.core.CountedLog;
import dev.authbridge.core.Loop;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Places;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Subscription;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.Credentials;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** One prompt and its answer: reads the credential, starts the CLI, and passes on what it prints. Confined to the event loop. */
final class ChatRun {
    private static final Logger LOG = System.getLogger(ChatRun.class.getName());

    /** In characters: shorter words are in most sentences. */
    private static final int SHORTEST_TELLING = 5;

    private final Owner owner;
    private final String prompt;
    private final Places.Place place;
    private final Parts parts;
    private final Instant startedAt;
    private final Answer answer = new Answer();
    private final PrintedAnswer printed;

    private Optional<PrintProcess> process = Optional.empty();
    private Loop.Timer deadline = () -> {};
    private Runnable whenEnded = () -> {};
    private boolean ended;

    /**
     * What all runs share.
     *
     * @param print how the program is called
     * @param loop the event loop
     * @param worker runs each program to its end
     * @param within how long one answer may take
     * @param unasked logs prompts for which the program was not even started
     * @param signInNeeded told whose prompt was not answered because nobody is signed in
     */
    record Parts(
            ClaudePrint print,
            Credentials credentials,
            Loop loop,
            Executor worker,
            Duration within,
            CountedLog unasked,
            Consumer<Owner> signInNeeded) {}

    /** @param place for the process; given back at the end */
    ChatRun(Owner owner, String prompt, Places.Place place, Parts parts) {
        this.owner = owner;
        this.prompt = prompt;
        this.place = place;
        this.parts = parts;
        this.startedAt = parts.loop().now();
        this.printed = new PrintedAnswer(answer, parts.loop()::now);
    }

    /** @param then called once, when the answer has ended in whatever way */
    void start(Runnable then) {
        whenEnded = then;
        deadline = parts.loop()
                .after(
                        parts.within(),
                        () -> fail(new Problem(
                                Reason.TIMED_OUT,
                                "The answer took longer than " + parts.within().toMinutes() + " minutes.")));
        place.start(
                this::readCredential,
                () -> fail(new Problem(
                        Reason.BUSY, "The server is still ending the answers before this one. Try again soon.")));
    }

    private void readCredential() {
        parts.credentials().use(owner).whenComplete((found, failure) -> parts.loop()
                .execute(() -> {
                    if (ended) {
                        return;
                    }
                    if (failure != null) {
                        fail(problemOf(failure));
                    } else if (found.isEmpty()) {
                        fail(PrintedAnswer.problem(ClaudeDiagnosis.SIGNED_OUT));
                    } else {
                        open(found.get());
                    }
                }));
    }

    private void open(Credential credential) {
        PrintProcess started = new PrintProcess(
                temporary -> parts.print().command(owner, credential, temporary),
                ClaudePrint.input(prompt),
                new FromWorker(),
                parts.worker());
        started.start();
        process = Optional.of(started);
        LOG.log(Level.DEBUG, "chat of {0}: asked with {1}", owner, credential);
    }

    boolean asks(String other) {
        return prompt.equals(other);
    }

    boolean ended() {
        return ended;
    }

    /** Whether the answer has come to its own end. */
    boolean complete() {
        return answer.isComplete();
    }

    /** From now on tells this listener instead of the one before, beginning with the answer so far. */
    Subscription tell(Chats.Listener listener) {
        return answer.tell(listener);
    }

    /** The user has stopped the answer. */
    void stop() {
        end("stopped");
        answer.breakOff();
    }

    /** The owner holds the credential back, with which the program is running. */
    void credentialHeld() {
        fail(new Problem(Reason.HELD, "The credential was held back while this was being answered."));
    }

    /** The server stops. The listener is not told, so that its page asks again later. */
    void abandon() {
        if (!ended) {
            end("abandoned");
        }
    }

    private void exited(int exitCode) {
        String said = printed.complaint().orElse("");
        LOG.log(
                Level.WARNING,
                "chat of {0}: the CLI ended with exit code {1} and no result: {2}",
                owner,
                exitCode,
                said.isEmpty() ? "it gave no reason" : isOfConversation(said) ? "its reason repeats the prompt" : said);
        fail(CliMessages.endedWithoutAnswer(exitCode, said));
    }

    /** Whether this may be of the conversation, which is not logged: after an answer has begun, or if it has a word of the prompt. */
    private boolean isOfConversation(String said) {
        return !answer.isEmpty()
                || Arrays.stream(said.split("\\P{L}+"))
                        .anyMatch(word -> word.length() >= SHORTEST_TELLING && prompt.contains(word));
    }

    private void finish(PrintedAnswer.End how) {
        if (how.problem().isPresent()) {
            fail(how.problem().get());
        } else {
            answer.complete();
            end("answered");
        }
    }

    private void fail(Problem problem) {
        end(problem.reason().wireName());
        answer.breakOff(problem);
        if (problem.reason() == Reason.SIGNED_OUT || problem.reason() == Reason.CREDENTIAL_INVALID) {
            parts.signInNeeded().accept(owner);
        }
        if (problem.reason() == Reason.CREDENTIAL_INVALID) {
            // The service is asked as well, so that the credential is marked as invalid and the owner's other pages
            // show it.
            parts.credentials().validate(owner).exceptionally(failure -> {
                LOG.log(Level.DEBUG, "chat of {0}: the credential could not be checked", owner);
                return null;
            });
        }
    }

    private void end(String outcome) {
        ended = true;
        deadline.cancel();
        if (process.isPresent()) {
            LOG.log(
                    Level.INFO,
                    "chat of {0}: {1} after {2} s",
                    owner,
                    outcome,
                    Duration.between(startedAt, parts.loop().now()).toSeconds());
        } else {
            parts.unasked().happened(owner, outcome);
        }
        place.giveBack(process.map(PrintProcess::end).orElseGet(() -> CompletableFuture.completedFuture(null)));
        whenEnded.run();
    }

    private static Problem problemOf(Throwable failure) {
        return failure instanceof Refusal known
                ? known.problem()
                : new Problem(Reason.STORAGE_FAILED, "The server could not read the credential.");
    }

    /** Passes on to the event loop what the process prints. */
    private final class FromWorker implements PrintProcess.Listener {
        @Override
        public void line(PrintedLine line) {
            onLoop(() -> printed.read(line).ifPresent(ChatRun.this::finish));
        }

        @Override
        public void ended(int exitCode) {
            onLoop(() -> exited(exitCode));
        }

        @Override
        public void broke(Problem problem) {
            onLoop(() -> fail(problem));
        }

        private void onLoop(Runnable event) {
            parts.loop().execute(() -> {
                if (!ended) {
                    event.run();
                }
            });
        }
    }
}
