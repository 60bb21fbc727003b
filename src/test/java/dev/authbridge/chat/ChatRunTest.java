package dev.authbridge.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.core.Owner;
import dev.authbridge.credential.CredentialCheck.Validity;
import dev.authbridge.support.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatRunTest extends WithAScriptedClaude {
    @ParameterizedTest
    @CsvSource({"2.1.330", "2.1.150", "2.0.77"})
    void anAnswerArrivesInPieces(String version) throws Exception {
        claudePrints(version + "-both-fine.jsonl");
        Heard heard = ask("1");
        loop.until(heard::over);
        assertEquals("done", heard.outcome());
        assertEquals(List.of("Hello ", "from the ", "stand-in."), heard.pieces);
        assertTrue(credentials.status(ANNA).orElseThrow().lastUsed().isPresent(), "the use is noted");
    }

    @Test
    void theProgramGetsThePromptOnItsInputAndNothingElse() throws Exception {
        Path seen = Files.createDirectory(folder.resolve("seen"));
        claudeIs("cat > '" + seen + "/prompt'; env > '" + seen + "/environment'; pwd > '" + seen + "/where'; ls -A > '"
                + seen + "/here'; printf '%s\\n' \"$@\" > '" + seen + "/arguments'; cat '"
                + PRINTED.resolve("2.1.330-both-fine.jsonl") + "'");
        Heard heard = ask(ANNA, "1", "/login to what?\nzebra ä");
        loop.until(heard::over);
        assertEquals("\n/login to what?\nzebra ä", Files.readString(seen.resolve("prompt")), "a text, no command");
        assertEquals("", Files.readString(seen.resolve("here")), "the folder is empty");
        assertFalse(Files.readString(seen.resolve("arguments")).contains("zebra"));
        List<String> environment = Files.readAllLines(seen.resolve("environment"));
        assertTrue(environment.contains("CLAUDE_CODE_OAUTH_TOKEN=" + TOKEN));
        assertTrue(environment.contains("CLAUDE_CODE_DISABLE_ATTACHMENTS=1"), "@file is no way to read files");
        assertTrue(environment.contains("HOME=" + folder.resolve("chat/anna")));
        assertFalse(String.join("\n", environment).contains("of-the-server"));
        Path where = Path.of(Files.readString(seen.resolve("where")).strip());
        assertTrue(Eventually.holds(Duration.ofSeconds(10), () -> !Files.exists(where)), "the folder is removed");
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("chat/anna"))));
        assertEquals(
                "{\"hasCompletedOnboarding\":true}\n",
                Files.readString(folder.resolve("chat/anna/.claude/.claude.json")));
    }

    @Test
    void withoutACredentialNothingIsRun() throws Exception {
        claudeIs("touch '" + folder.resolve("was-run") + "'");
        List<Owner> waits = new ArrayList<>();
        chats.whenSignInNeeded(waits::add);
        Heard heard = ask(BEN, "1", PROMPT);
        loop.until(heard::over);
        assertEquals("signed_out", heard.outcome());
        assertEquals(List.of(BEN), waits);
        assertFalse(Files.exists(folder.resolve("was-run")));
    }

    @ParameterizedTest
    @CsvSource({"2.1.330-token-expired", "2.1.330-token-revoked-403", "2.1.330-key-invalid", "2.1.150-token-invalid"})
    void aRefusedCredentialIsReportedAtTheFirstRetry(String recording) throws Exception {
        validity = Validity.INVALID;
        List<String> lines = Files.readAllLines(PRINTED.resolve(recording + ".jsonl"));
        int first = 0;
        while (!lines.get(first).contains("api_retry")) {
            first++;
        }
        Path untilThen = Files.write(folder.resolve("until-then"), lines.subList(0, first + 1));
        claudeIs("cat > /dev/null; cat '" + untilThen + "'; exec sleep 600");
        CompletableFuture<Owner> changed = new CompletableFuture<>();
        credentials.listen(changed::complete);
        Heard heard = ask("1");
        loop.until(heard::over);
        assertEquals("credential_invalid", heard.outcome());
        assertEquals(ANNA, changed.get(10, TimeUnit.SECONDS), "the owner's other pages are told");
        assertEquals(Validity.INVALID, credentials.status(ANNA).orElseThrow().validity());
    }

    @Test
    void aFailureIsReportedInClaudesWords() throws Exception {
        claudePrints("2.1.330-token-usage-limit.jsonl");
        Heard heard = ask("1");
        loop.until(heard::over);
        assertEquals("rate_limited", heard.outcome());
        assertEquals("You've hit your 5-hour limit · resets 4:05am (UTC)", heard.message());
        assertEquals("", heard.text.toString());
    }

    @Test
    void stoppingEndsTheProgramWithAllThatItStarted() throws Exception {
        claudeIs(FOREVER);
        Heard heard = ask("1");
        loop.until(() -> heard.text.length() > 0);
        assertTrue(chats.stop(ANNA, "1"));
        assertEquals("done", heard.outcome());
        assertEquals("Well", heard.text.toString());
        assertFalse(chats.stop(ANNA, "1"), "it is over");
        assertEquals(0, chats.running());
    }

    @Test
    void aProgramThatIgnoresSigtermIsKilled() throws Exception {
        claudeIs("trap '' TERM; cat > /dev/null; " + PIECE + "; while :; do sleep 600; done");
        Heard heard = ask("1");
        loop.until(() -> heard.text.length() > 0);
        chats.stop(ANNA, "1");
        CompletableFuture<Void> closed = chats.close().toCompletableFuture();
        loop.until(closed::isDone);
    }

    @Test
    void anAnswerEndsWhenItsCredentialIsHeldBack() throws Exception {
        claudeIs(FOREVER);
        Heard heard = ask("1");
        loop.until(() -> heard.text.length() > 0);
        credentials.hold(ANNA, true).toCompletableFuture().get(10, TimeUnit.SECONDS);
        loop.until(() -> chats.running() == 0);
        assertEquals("held", heard.outcome());
        Heard next = ask("2");
        loop.until(next::over);
        assertEquals("held", next.outcome());
    }

    @Test
    void anAnswerHasADeadline() throws Exception {
        claudeIs(FOREVER);
        Heard heard = ask("1");
        loop.until(() -> heard.text.length() > 0);
        loop.turn(Chats.Limits.USUAL.within());
        assertEquals("timed_out", heard.outcome());
    }

    @Test
    void aMissingBrokenOrOutdatedProgramIsReportedAsSuch() throws Exception {
        Heard missing = ask("1");
        loop.until(missing::over);
        assertEquals("cli_not_found", missing.outcome());

        command =
                Optional.of(new ClaudeCommand(List.of(folder.resolve("nothing").toString())));
        Heard gone = ask("2");
        loop.until(gone::over);
        assertEquals("cli_failed", gone.outcome());

        claudeIs("echo \"error: unknown option '--tools'\" >&2; exit 1");
        Heard old = ask("3");
        loop.until(old::over);
        assertEquals("cli_failed", old.outcome());
        assertTrue(grep.log().stream().anyMatch(line -> line.contains("error: unknown option '--tools'")));

        assertTrue(old.message().contains("error: unknown option '--tools'"), old.message());

        claudeIs(
                "printf '\\033[31mIt looks like your version needs an update.\\033[0m\\nTo update, please run:\\n  claude update"
                        + " sk-ant-oat01-abcdefghijklmnopqrst\\n'; exit 1");
        Heard outdated = ask("6");
        loop.until(outdated::over);
        String sentence = "It looks like your version needs an update. To update, please run: claude update [redacted]";
        assertEquals("The Claude CLI ended (exit code 1) and said: " + sentence, outdated.message());
        assertTrue(grep.log().stream().anyMatch(line -> line.contains(sentence)));

        claudeIs("kill -ILL $$");
        Heard illegal = ask("7");
        loop.until(illegal::over);
        assertTrue(illegal.message().contains("SIGILL"), illegal.message());

        claudeIs("cat > /dev/null; head -c 5000000 /dev/zero | tr '\\0' x");
        Heard endless = ask("4");
        loop.until(endless::over);
        assertEquals("cli_failed", endless.outcome());

        claudeIs("cat; echo what is a zebra >&2; exit 3");
        Heard chatty = ask("5");
        loop.until(chatty::over);
        assertEquals("cli_failed", chatty.outcome());
    }

    @Test
    void anEndlessAnswerIsCutOff() throws Exception {
        claudeIs("cat > /dev/null; x=$(head -c 100000 /dev/zero | tr '\\0' x); while :; do "
                + PIECE.replace("Well", "'\"$x\"'") + "; done");
        Heard heard = ask("1");
        loop.until(heard::over);
        assertEquals("cli_failed", heard.outcome());
        assertEquals(1_000_000, heard.text.length());
    }
}
