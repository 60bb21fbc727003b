package dev.authbridge.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.authbridge.claude.ClaudeCommand;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Subscription;
import dev.authbridge.credential.CredentialKind;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.StubbornProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChatsTest extends WithAScriptedClaude {
    @Test
    void noOwnerCanUseUpTheLimitOfAll() throws Exception {
        claudeIs(FOREVER);
        chats = chats(new Chats.Limits(3, 2, Duration.ofMinutes(1), Duration.ofMinutes(1)));
        credentials
                .keep(BEN, CredentialKind.SIGN_IN_TOKEN, new Secret(TOKEN))
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        Heard first = ask("1");
        ask("2");
        assertEquals(Reason.BUSY, refused(ANNA, "3", PROMPT), "two at once for each owner");
        ask(BEN, "1", PROMPT);
        assertEquals(Reason.BUSY, refused(BEN, "2", PROMPT), "three at once in all");
        loop.until(() -> first.text.length() > 0);
        chats.stop(ANNA, "1");
        ask(BEN, "2", PROMPT);
        assertEquals(3, chats.running());
        assertFalse(chats.stop(ANNA, "9"));
    }

    private StubbornProgram stubborn() throws IOException {
        StubbornProgram program = StubbornProgram.in(folder, PIECE);
        command = Optional.of(new ClaudeCommand(List.of(program.path().toString())));
        return program;
    }

    @Test
    void askingAndStoppingInTurnsNeverRunsASecondProcess() throws Exception {
        StubbornProgram program = stubborn();
        chats = chats(new Chats.Limits(1, 1, Duration.ofMinutes(1), Duration.ofMinutes(1)));
        for (int turn = 0; turn < 3; turn++) {
            Heard heard = ask("1");
            loop.until(() -> heard.text.length() > 0);
            chats.stop(ANNA, "1");
            ask("2");
            chats.stop(ANNA, "2");
        }
        Heard last = ask("1");
        assertEquals(Reason.BUSY, refused(BEN, "1", PROMPT));
        loop.until(() -> last.text.length() > 0);
        assertEquals(1, program.mostAtOnce());
    }

    @Test
    void aPromptDoesNotWaitForeverForAProcessThatDoesNotEnd() throws Exception {
        stubborn();
        chats = chats(new Chats.Limits(1, 1, Duration.ofMinutes(1), Duration.ofMinutes(1)));
        Heard first = ask("1");
        loop.until(() -> first.text.length() > 0);
        chats.stop(ANNA, "1");
        Heard second = ask("2");
        loop.turn(Duration.ofSeconds(10));
        assertEquals("busy", second.outcome());
    }

    @Test
    void aClientThatReturnsGetsTheSameAnswerFromItsBeginning() throws Exception {
        claudeIs("echo run >> '" + folder.resolve("runs") + "'; " + PIECE + "; cat > /dev/null; cat '"
                + PRINTED.resolve("2.1.330-both-fine.jsonl") + "'");
        Heard phone = new Heard();
        Subscription subscription = chats.ask(ANNA, "1", PROMPT, phone);
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
        loop.turn(Chats.Limits.USUAL.keptFor());
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
    void aFailedAnswerBeginsAnewWhenAskedForAgain() throws Exception {
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
    void promptsAreRefusedWithoutAChatWithoutTextAndAfterTheEnd() throws Exception {
        enabled = false;
        assertEquals(Reason.DISABLED, refused(ANNA, "1", PROMPT));
        enabled = true;
        assertEquals(Reason.BAD_MESSAGE, refused(ANNA, "1", " \n"));
        chats.close();
        assertEquals(Reason.BUSY, refused(ANNA, "1", PROMPT));
    }
}
