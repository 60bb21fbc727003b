package dev.authbridge.chat;

import dev.authbridge.claude.ClaudeDiagnosis;
import dev.authbridge.claude.PrintedLine;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.Credentials;
import dev.authbridge.login.LoginException;
import dev.authbridge.login.Owner;
import dev.authbridge.login.Problem;
import dev.authbridge.login.Reason;
import dev.authbridge.login.Timers;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** One prompt and its answer, from the credential to the last word. Confined to the login loop. */
final class ChatRun {
    private static final Logger LOG = System.getLogger(ChatRun.class.getName());

    /** More than the longest that Claude answers, so that nothing is cut that is meant to be read. */
    private static final int LONGEST_ANSWER = 1_000_000;

    /** A person waits that long in front of a silent page, but not longer. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final Owner owner;
    private final String prompt;
    private final ClaudePrint claude;
    private final Credentials credentials;
    private final Timers timers;
    private final Executor loop;
    private final Duration within;
    private final Instant startedAt;
    private final StringBuilder answer = new StringBuilder();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    private Optional<ChatListener> listener = Optional.empty();
    private Optional<PrintProcess> process = Optional.empty();
    private Optional<String> complaint = Optional.empty();
    private Timers.Timer deadline = () -> {};
    private Runnable whenEnded = () -> {};
    private Stage stage = Stage.ANSWERING;

    private enum Stage {
        ANSWERING,
        WHOLE,
        /** Stopped, failed, or abandoned. */
        BROKEN_OFF
    }

    ChatRun(
            Owner owner,
            String prompt,
            ClaudePrint claude,
            Credentials credentials,
            Timers timers,
            Executor loop,
            Duration within) {
        this.owner = owner;
        this.prompt = prompt;
        this.claude = claude;
        this.credentials = credentials;
        this.timers = timers;
        this.loop = loop;
        this.within = within;
        this.startedAt = timers.now();
    }

    /** @param ended told once, when the answer has ended in whatever way */
    void start(Runnable ended) {
        whenEnded = ended;
        deadline = timers.after(
                within,
                () -> fail(new Problem(
                        Reason.TIMED_OUT, "The answer took longer than " + within.toMinutes() + " minutes.")));
        credentials
                .use(owner)
                .whenComplete((found, failure) -> loop.execute(() -> {
                    if (ended()) {
                        return;
                    }
                    if (failure != null) {
                        fail(problemOf(failure));
                    } else if (found.isEmpty()) {
                        fail(ClaudeDiagnosis.SIGNED_OUT);
                    } else {
                        open(found.get());
                    }
                }));
    }

    private void open(Credential credential) {
        PrintProcess started = claude.start(owner, credential, prompt, new FromWorker());
        process = Optional.of(started);
        LOG.log(Level.DEBUG, "chat of {0}: asked with {1}", owner, credential);
    }

    boolean asks(String other) {
        return prompt.equals(other);
    }

    boolean ended() {
        return stage != Stage.ANSWERING;
    }

    /** Whether the answer is there from its first word to its last. */
    boolean whole() {
        return stage == Stage.WHOLE;
    }

    /** Completes once the process is gone. */
    CompletableFuture<Void> gone() {
        return gone;
    }

    /** Tells the answer from its beginning to this listener, and to no other any more. */
    Chats.Subscription tell(ChatListener next) {
        listener = Optional.of(next);
        if (!answer.isEmpty()) {
            next.text(answer.toString());
        }
        if (whole()) {
            next.done();
        }
        return () -> listener = listener.filter(current -> current != next);
    }

    /** The person wants no more of it. */
    void stop() {
        end(Stage.BROKEN_OFF, "stopped");
        listener.ifPresent(ChatListener::done);
    }

    /** The server stops; the page will ask again. */
    void abandon() {
        if (!ended()) {
            end(Stage.BROKEN_OFF, "abandoned");
        }
    }

    private void line(PrintedLine line) {
        if (line instanceof PrintedLine.Piece piece) {
            add(piece.text());
        } else if (line instanceof PrintedLine.Retry retry) {
            Optional<ClaudeDiagnosis> diagnosis = retry.diagnosis();
            boolean hopeless = diagnosis.filter(ClaudeDiagnosis::signInHelps).isPresent();
            boolean tooLong = diagnosis.isPresent() && retry.pause().compareTo(LONGEST_PAUSE) > 0;
            if (hopeless || tooLong) {
                fail(diagnosis.get());
            }
        } else if (line instanceof PrintedLine.Result result) {
            result(result);
        } else if (line instanceof PrintedLine.Words words) {
            complaint = Optional.of(words.text());
        }
    }

    private void add(String piece) {
        if (answer.length() + piece.length() > LONGEST_ANSWER) {
            fail(new Problem(Reason.CLI_FAILED, "The answer is too long for this chat, and was cut off here."));
            return;
        }
        answer.append(piece);
        listener.ifPresent(present -> present.text(piece));
    }

    private void result(PrintedLine.Result result) {
        if (!result.failed()) {
            if (answer.isEmpty() && !result.text().isEmpty()) {
                // What the program itself answers comes in one piece.
                add(result.text());
            }
            if (!ended()) {
                end(Stage.WHOLE, "answered");
                listener.ifPresent(ChatListener::done);
            }
        } else if (result.diagnosis().filter(ClaudeDiagnosis::signInHelps).isPresent()) {
            fail(result.diagnosis().get());
        } else {
            Reason reason = result.diagnosis()
                    .flatMap(ClaudeDiagnosis::reason)
                    .orElse(result.unreachable() ? Reason.NETWORK : Reason.CLI_FAILED);
            fail(new Problem(reason, result.text()));
        }
    }

    private void exited(int exitCode) {
        // A program that is too old for an option of ours says so, and nothing else that an operator needs.
        LOG.log(
                Level.WARNING,
                "chat of {0}: the Claude CLI ended with exit code {1} and no result: {2}",
                owner,
                exitCode,
                complaint.filter(text -> text.startsWith("error: ")).orElse("it gave no reason"));
        fail(new Problem(
                Reason.CLI_FAILED,
                "The Claude CLI ended without an answer (exit code " + exitCode
                        + "). Try again; if it happens again, the server's log says more."));
    }

    private void fail(ClaudeDiagnosis diagnosis) {
        fail(new Problem(diagnosis.reason().orElse(Reason.CLI_FAILED), diagnosis.message() + " " + diagnosis.action()));
        if (diagnosis.reason().equals(Optional.of(Reason.CREDENTIAL_INVALID))) {
            // So that the owner's other pages learn of it, too; the service itself is asked, since it knows.
            credentials.validate(owner).exceptionally(failure -> {
                LOG.log(Level.DEBUG, "chat of {0}: the credential could not be checked", owner);
                return null;
            });
        }
    }

    private void fail(Problem problem) {
        if (!ended()) {
            end(Stage.BROKEN_OFF, problem.reason().wireName());
            listener.ifPresent(present -> present.failed(problem));
        }
    }

    private void end(Stage how, String outcome) {
        stage = how;
        deadline.cancel();
        LOG.log(
                Level.INFO,
                "chat of {0}: {1} after {2} s",
                owner,
                outcome,
                Duration.between(startedAt, timers.now()).toSeconds());
        process.map(PrintProcess::end)
                .orElseGet(() -> CompletableFuture.completedFuture(null))
                .whenComplete((done, failure) -> gone.complete(null));
        whenEnded.run();
    }

    private static Problem problemOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof LoginException known
                ? known.problem()
                : new Problem(Reason.STORAGE_FAILED, "The server could not read the credential.");
    }

    /** Brings what the process prints to the login loop. */
    private final class FromWorker implements PrintProcess.Listener {
        @Override
        public void line(PrintedLine line) {
            onLoop(() -> ChatRun.this.line(line));
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
            loop.execute(() -> {
                if (!ChatRun.this.ended()) {
                    event.run();
                }
            });
        }
    }
}
