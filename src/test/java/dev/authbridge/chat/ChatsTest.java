package dev.authbridge.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.credential.CheckResult;
import dev.authbridge.credential.Credentials;
import dev.authbridge.credential.FileVault;
import dev.authbridge.credential.Validity;
import dev.authbridge.login.AccessToken;
import dev.authbridge.login.LoginException;
import dev.authbridge.login.Owner;
import dev.authbridge.login.Reason;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.HandTurnedTimers;
import dev.authbridge.support.Leaks;
import dev.authbridge.support.SecretsGrep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With a shell script in Claude's place that prints what the real versions have printed. */
class ChatsTest {
    private static final Owner ANNA = new Owner("anna");
    private static final Owner BEN = new Owner("ben");
    private static final String TOKEN = "sk-ant-oat01-" + "T".repeat(95);
    private static final String PROMPT = "what is a zebra";
    private static final Path PRINTED = Path.of("src/test/resources/printed").toAbsolutePath();
    private static final String PIECE =
            "echo '{\"type\":\"stream_event\",\"event\":{\"type\":\"content_block_delta\",\"delta\":"
                    + "{\"type\":\"text_delta\",\"text\":\"Well\"}},\"parent_tool_use_id\":null}'";
    private static final String FOREVER = "sleep 600 & cat > /dev/null; " + PIECE + "; wait";

    @TempDir
    Path folder;

    private final PumpedLoop loop = new PumpedLoop();
    private final HandTurnedTimers timers = new HandTurnedTimers();
    private final Leaks leaks = Leaks.before();
    private final SecretsGrep grep = SecretsGrep.open().secret(PROMPT).secret("Hello from the");
    private final ExecutorService worker = Executors.newCachedThreadPool();
    private volatile Validity validity = Validity.VALID;
    private boolean enabled = true;
    private volatile Optional<ClaudeCommand> command = Optional.empty();
    private Credentials credentials;
    private Chats chats;

    @BeforeEach
    void signIn() throws Exception {
        credentials = new Credentials(
                FileVault.open(folder, Optional.empty()),
                asked -> CompletableFuture.completedFuture(new CheckResult(validity, "told", timers.now())),
                worker,
                Clock.systemUTC());
        credentials.keep(ANNA, new AccessToken(TOKEN)).toCompletableFuture().get(10, TimeUnit.SECONDS);
        chats = chats(Chats.Limits.USUAL);
    }

    @AfterEach
    void nothingIsLeftNorTold() throws Exception {
        CompletableFuture<Void> closed = chats.close().toCompletableFuture();
        loop.until(closed::isDone);
        worker.shutdown();
        assertTrue(worker.awaitTermination(10, TimeUnit.SECONDS));
        grep.searchFiles(folder.resolve("chat")).searchProcessArguments().assertNothingFound();
        grep.close();
        leaks.assertNothingLeft();
    }

    private Chats chats(Chats.Limits limits) throws IOException {
        Files.createDirectories(folder.resolve("chat"));
        Map<String, String> server = Map.of(
                "PATH",
                System.getenv("PATH"),
                "ANTHROPIC_API_KEY",
                "of-the-server",
                "CLAUDE_AUTH_KEY",
                "of-the-server");
        return new Chats(() -> enabled, () -> command, server, folder, credentials, timers, loop, worker, limits);
    }

    /** Puts a script in Claude's place. */
    private void claudeIs(String script) throws IOException {
        Path program = Files.createTempFile(folder, "program", ".sh");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        command = Optional.of(new ClaudeCommand(List.of(program.toString())));
    }

    private void claudePrints(String recording) throws IOException {
        claudeIs("cat > /dev/null; cat '" + PRINTED.resolve(recording) + "'");
    }

    private Heard ask(String id) throws LoginException {
        return ask(ANNA, id, PROMPT);
    }

    private Heard ask(Owner owner, String id, String prompt) throws LoginException {
        Heard heard = new Heard();
        chats.ask(owner, id, prompt, heard);
        return heard;
    }

    private Reason refused(Owner owner, String id, String prompt) {
        return assertThrows(LoginException.class, () -> ask(owner, id, prompt))
                .problem()
                .reason();
    }

    @ParameterizedTest
    @CsvSource({"2.1.330", "2.1.150", "2.0.77"})
    void anAnswerComesPieceByPiece(String version) throws Exception {
        claudePrints(version + "-both-fine.jsonl");
        Heard heard = ask("1");
        loop.until(heard::over);
        assertEquals("done", heard.outcome());
        assertEquals(List.of("Hello ", "from the ", "stand-in."), heard.pieces);
        assertTrue(
                credentials
                        .status(ANNA)
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS)
                        .orElseThrow()
                        .lastUsed()
                        .isPresent(),
                "the use is noted");
    }

    @Test
    void theProgramGetsThePromptByItsInputAndKnowsNothingElse() throws Exception {
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
    void whoIsSignedOutIsToldSoAndNothingIsRun() throws Exception {
        claudeIs("touch '" + folder.resolve("was-run") + "'");
        Heard heard = ask(BEN, "1", PROMPT);
        loop.until(heard::over);
        assertEquals("signed_out", heard.outcome());
        assertFalse(Files.exists(folder.resolve("was-run")));
    }

    @ParameterizedTest
    @CsvSource({"2.1.330-token-expired", "2.1.330-token-revoked-403", "2.1.330-key-invalid", "2.1.150-token-invalid"})
    void aRefusedCredentialIsToldAtTheFirstRetry(String recording) throws Exception {
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
        assertEquals(ANNA, changed.get(10, TimeUnit.SECONDS), "the owner's other pages learn of it");
        assertEquals(
                Validity.INVALID,
                credentials
                        .status(ANNA)
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS)
                        .orElseThrow()
                        .validity());
    }

    @Test
    void whatWentWrongIsToldInClaudesWords() throws Exception {
        claudePrints("2.1.330-token-usage-limit.jsonl");
        Heard heard = ask("1");
        loop.until(heard::over);
        assertEquals("rate_limited", heard.outcome());
        assertEquals("You've hit your 5-hour limit · resets 4:05am (UTC)", heard.message());
        assertEquals("", heard.text.toString());
    }

    @Test
    void stopEndsTheProgramWithAllThatItStarted() throws Exception {
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
    void oneThatDoesNotEndWhenAskedIsKilled() throws Exception {
        claudeIs("trap '' TERM; cat > /dev/null; " + PIECE + "; while :; do sleep 600; done");
        Heard heard = ask("1");
        loop.until(() -> heard.text.length() > 0);
        chats.stop(ANNA, "1");
        CompletableFuture<Void> closed = chats.close().toCompletableFuture();
        loop.until(closed::isDone);
    }

    @Test
    void anAnswerHasALimitOfTime() throws Exception {
        claudeIs(FOREVER);
        Heard heard = ask("1");
        loop.until(() -> heard.text.length() > 0);
        timers.turn(Chats.Limits.USUAL.within());
        assertEquals("timed_out", heard.outcome());
    }

    @Test
    void noOwnerKeepsTheOthersOut() throws Exception {
        claudeIs(FOREVER);
        chats = chats(new Chats.Limits(3, 2, Duration.ofMinutes(1), Duration.ofMinutes(1)));
        credentials.keep(BEN, new AccessToken(TOKEN)).toCompletableFuture().get(10, TimeUnit.SECONDS);
        Heard first = ask("1");
        ask("2");
        assertEquals(Reason.BUSY, refused(ANNA, "3", PROMPT), "two at once an owner");
        ask(BEN, "1", PROMPT);
        assertEquals(Reason.BUSY, refused(BEN, "2", PROMPT), "three at once in all");
        loop.until(() -> first.text.length() > 0);
        chats.stop(ANNA, "1");
        ask(BEN, "2", PROMPT);
        assertEquals(3, chats.running());
        assertFalse(chats.stop(ANNA, "9"));
    }

    @Test
    void whoComesBackGetsTheSameAnswerFromItsBeginning() throws Exception {
        claudeIs("echo run >> '" + folder.resolve("runs") + "'; " + PIECE + "; cat > /dev/null; cat '"
                + PRINTED.resolve("2.1.330-both-fine.jsonl") + "'");
        Heard phone = new Heard();
        Chats.Subscription subscription = chats.ask(ANNA, "1", PROMPT, phone);
        loop.until(() -> phone.text.length() > 0);
        subscription.close();
        Heard meanwhile = ask("1");
        loop.until(meanwhile::over);
        assertEquals("WellHello from the stand-in.", meanwhile.text.toString());
        assertFalse(phone.over(), "told to one at a time");

        Heard afterwards = ask("1");
        assertEquals(List.of("WellHello from the stand-in."), afterwards.pieces);
        assertEquals("done", afterwards.outcome());
        assertEquals(Reason.BAD_MESSAGE, refused(ANNA, "1", "another prompt"));

        Set<String> ids = Set.of("2", "3");
        for (String id : ids) {
            Heard next = ask(id);
            loop.until(next::over);
        }
        Heard again = ask("1");
        loop.until(again::over);
        timers.turn(Chats.Limits.USUAL.keptFor());
        Heard anew = ask("1");
        loop.until(anew::over);
        Eventually.waitUntil(Duration.ofSeconds(10), () -> runs() == 5, () -> "runs: " + runs());
    }

    private long runs() {
        try {
            return Files.readAllLines(folder.resolve("runs")).size();
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void whatFailedBeginsAnewWhenItIsAskedAgain() throws Exception {
        claudePrints("2.1.330-token-expired.jsonl");
        Heard heard = ask("1");
        loop.until(heard::over);
        claudePrints("2.1.330-both-fine.jsonl");
        Heard again = ask("1");
        loop.until(again::over);
        assertEquals("done", again.outcome());
        assertEquals(1, heard.ends());
    }

    @Test
    void aProgramThatIsMissingBrokenOrTooOldIsTheAdministratorsMatter() throws Exception {
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

    @Test
    void aServerWithoutChatSaysSo() throws Exception {
        enabled = false;
        assertEquals(Reason.DISABLED, refused(ANNA, "1", PROMPT));
        enabled = true;
        assertEquals(Reason.BAD_MESSAGE, refused(ANNA, "1", " \n"));
        chats.close();
        assertEquals(Reason.BUSY, refused(ANNA, "1", PROMPT));
    }
}
