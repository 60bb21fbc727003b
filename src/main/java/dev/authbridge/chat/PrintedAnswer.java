package dev.authbridge.chat;

import dev.authbridge.claude.ScreenRedaction;
import dev.authbridge.claude.print.ClaudeDiagnosis;
import dev.authbridge.claude.print.PrintedLine;
import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Understands what the CLI prints as an answer: the pieces of text, and how the answer ends. It ends as soon as waiting for more is
 * pointless, which may be long before the program ends. Confined to the event loop.
 */
final class PrintedAnswer {
    /** How long the CLI may pause before its next attempt: no user waits longer in front of a page on which nothing happens. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** More is not shown. */
    private static final int LONGEST_COMPLAINT = 300;

    private final Answer answer;
    private final InstantSource clock;
    private Optional<Instant> limitedUntil = Optional.empty();
    private String complaint = "";

    /** How an answer ends: with a problem, or complete. */
    record End(Optional<Problem> problem) {
        static final End COMPLETE = new End(Optional.empty());

        static End with(Problem problem) {
            return new End(Optional.of(problem));
        }
    }

    /** @param answer is given the pieces */
    PrintedAnswer(Answer answer, InstantSource clock) {
        this.answer = answer;
        this.clock = clock;
    }

    /** What the program printed that is not JSON, as one line of limited length in which secrets are redacted. It may repeat the prompt. */
    Optional<String> complaint() {
        return Optional.of(complaint).filter(text -> !text.isEmpty()).map(ScreenRedaction::quote);
    }

    /** @return how the answer ends, if it ends with this line */
    Optional<End> read(PrintedLine line) {
        if (line instanceof PrintedLine.Piece piece) {
            return add(piece.text());
        }
        if (line instanceof PrintedLine.Retry retry) {
            return retry(retry);
        }
        if (line instanceof PrintedLine.Result result) {
            return Optional.of(result.failed() ? failed(result) : answered(result));
        }
        if (line instanceof PrintedLine.Limit limit) {
            limitedUntil = limit.resetsAt();
        } else if (line instanceof PrintedLine.Words words) {
            if (complaint.length() < LONGEST_COMPLAINT && !words.text().isEmpty()) {
                complaint = complaint.isEmpty() ? words.text() : complaint + " " + words.text();
            }
        }
        return Optional.empty();
    }

    private Optional<End> add(String piece) {
        return answer.add(piece)
                ? Optional.empty()
                : Optional.of(End.with(
                        new Problem(Reason.CLI_FAILED, "The answer is too long for this chat, and was cut off here.")));
    }

    /** The CLI is going to try again. That is not waited for if only a sign-in helps, or if it is too long until then. */
    private Optional<End> retry(PrintedLine.Retry retry) {
        Optional<ClaudeDiagnosis> diagnosis = retry.diagnosis();
        if (diagnosis.filter(ClaudeDiagnosis::signInHelps).isPresent()) {
            return diagnosis.map(PrintedAnswer::because);
        }
        if (diagnosis.isPresent() && retry.pause().compareTo(LONGEST_PAUSE) > 0) {
            return diagnosis.map(limit -> End.with(new Problem(
                    reason(limit), limit.message() + again(clock.instant().plus(retry.pause())))));
        }
        return Optional.empty();
    }

    private End answered(PrintedLine.Result result) {
        if (answer.isEmpty() && !result.text().isEmpty()) {
            // The CLI's own answers, which are not from the service, are in the result only.
            return add(result.text()).orElse(End.COMPLETE);
        }
        return End.COMPLETE;
    }

    private End failed(PrintedLine.Result result) {
        Optional<ClaudeDiagnosis> diagnosis = result.diagnosis();
        if (diagnosis.filter(ClaudeDiagnosis::signInHelps).isPresent()) {
            return because(diagnosis.get());
        }
        Reason reason =
                diagnosis.map(PrintedAnswer::reason).orElse(result.unreachable() ? Reason.NETWORK : Reason.CLI_FAILED);
        return End.with(new Problem(reason, reason == Reason.RATE_LIMITED ? limited(result.text()) : result.text()));
    }

    /** Most messages about a limit say when it ends; to the others the time is added if it is known. */
    private String limited(String words) {
        Optional<String> again =
                limitedUntil.filter(until -> !words.contains("resets")).map(this::again);
        return again.filter(sentence -> !sentence.isEmpty())
                .map(sentence -> (words.endsWith(".") ? words : words + ".") + sentence)
                .orElse(words);
    }

    /** A sentence with a blank before it; empty for a time that has passed. */
    private String again(Instant when) {
        long minutes = Duration.between(clock.instant(), when).plusSeconds(59).toMinutes();
        if (minutes < 1) {
            return "";
        }
        if (minutes == 1) {
            return " Try again in a minute.";
        }
        return minutes < 100
                ? " Try again in " + minutes + " minutes."
                : " Try again in " + (minutes + 59) / 60 + " hours.";
    }

    private static End because(ClaudeDiagnosis diagnosis) {
        return End.with(problem(diagnosis));
    }

    static Problem problem(ClaudeDiagnosis diagnosis) {
        return new Problem(reason(diagnosis), diagnosis.message() + " " + diagnosis.action());
    }

    private static Reason reason(ClaudeDiagnosis diagnosis) {
        return diagnosis.reason().orElse(Reason.CLI_FAILED);
    }
}
