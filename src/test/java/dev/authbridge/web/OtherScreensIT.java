package dev.authbridge.web;

import dev.authbridge.core.Reason;
import dev.authbridge.support.Engine;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The screens of the other pages, in Chromium. */
class OtherScreensIT extends EveryLook {
    private RunningServer server;

    @BeforeAll
    void startServer(@TempDir Path folder) throws Exception {
        server = new RunningServer(folder);
    }

    @AfterAll
    void stopServer() {
        server.close();
    }

    @Override
    Engine engine() {
        return Engine.CHROMIUM;
    }

    @Override
    Stream<Screen> screens() {
        return Stream.concat(OtherScreens.all(), behindTheLink());
    }

    @Override
    List<String> moving() {
        return List.of("chat-thinking", "device-starting", "go-waiting");
    }

    /** The page behind the sign-in link, served by the real server. */
    private Stream<Screen> behindTheLink() {
        return Stream.of(
                go("go-waiting", "Opening the sign-in page…", () -> {}),
                go("go-failed", "That did not work", () -> server.setupToken
                        .last()
                        .fails(Reason.NETWORK)),
                go("go-elsewhere", "Nothing to do here", () -> server.setupToken
                        .last()
                        .showsToken(RunningServer.TOKEN)),
                new Screen("go-used", "", List.of(), stage -> {
                    stage.page().navigate(server.origin() + "/go/nobody-knows-this-ticket-at-all-00");
                    stage.awaitWords("This link has been used");
                }));
    }

    private interface Turn {
        void take() throws Exception;
    }

    private Screen go(String name, String title, Turn turn) {
        return new Screen(name, "", List.of(), stage -> {
            // An owner may start ten logins at once and one more every 20 s; -Pthorough needs more.
            server.timers.turn(Duration.ofSeconds(20));
            HttpResponse<String> status =
                    server.get("/api/claude/auth", "Authorization", "Bearer " + RunningServer.KEY);
            stage.page()
                    .navigate(server.origin()
                            + RunningServer.json(status).path("link").asText());
            stage.awaitWords("Opening the sign-in page…");
            turn.take();
            stage.awaitWords(title);
        });
    }
}
