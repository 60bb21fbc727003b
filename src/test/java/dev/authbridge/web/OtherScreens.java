package dev.authbridge.web;

import dev.authbridge.support.Frame;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All screens of the other pages: the chat, the page of a paired device, and the component's documentation. */
final class OtherScreens {
    private static final JsonObject LAPTOP =
            new JsonObject().put("device", "Firefox on Linux").put("address", "192.168.7.20");

    private OtherScreens() {}

    static Stream<Screen> all() {
        return Stream.of(chat(), device(), documentation()).flatMap(List::stream);
    }

    // ---- the chat

    private static Screen chat(String name, Frame... standing) {
        return new Screen("chat-" + name, "chat", List.of(standing), stage -> stage.page()
                .getByLabel("Your prompt")
                .waitFor());
    }

    /** Sends a prompt and returns its id, which the answer has to carry. */
    private static String ask(Screen.Stage stage, String prompt) throws Exception {
        stage.page().getByLabel("Your prompt").fill(prompt);
        stage.press("Send").click();
        return stage.bridge().awaitMessage("claude.chat.prompt").getString("id");
    }

    private static String ask(Screen.Stage stage) throws Exception {
        return ask(stage, "What do headless machines like?");
    }

    private static Frame text(String id, String delta) {
        return new Frame("claude.chat.text", new JsonObject().put("id", id).put("delta", delta));
    }

    private static Frame done(String id) {
        return new Frame("claude.chat.done", new JsonObject().put("id", id));
    }

    private static Frame refused(String id, String reason) {
        JsonObject data = new JsonObject().put("id", id).put("reason", reason);
        return new Frame("claude.chat.error", data.put("error", "The server's own words about it."));
    }

    private static List<Screen> chat() {
        List<Screen> screens = new ArrayList<>(List.of(
                chat("empty", Frame.signedIn()),
                chat("thinking", Frame.signedIn()).then(stage -> ask(stage), "Claude is thinking"),
                chat("answering", Frame.signedIn()).then(stage -> {
                    stage.bridge().push(text(ask(stage), "They like company, and "));
                    stage.awaitWords("They like company");
                }),
                chat("answered", Frame.signedIn().with("owner", "alice").with("severalOwners", true))
                        .then(stage -> {
                            String id = ask(stage);
                            stage.bridge().push(text(id, "They like <b>company</b>,\nand quiet."), done(id));
                            stage.press("Send").waitFor();
                        }),
                chat("long", Frame.signedIn()).then(stage -> {
                    String id = ask(stage, "Print the numbers, please. " + "And then once more. ".repeat(20));
                    String path = "/srv/claude/" + "a-very-long-name".repeat(12);
                    stage.bridge().push(text(id, (path + "\n\n    for i in 1 2 3; do echo $i; done\n").repeat(6)));
                    stage.bridge().push(done(id));
                    stage.press("Send").waitFor();
                }),
                chat("stopped", Frame.signedIn()).then(stage -> {
                    String id = ask(stage);
                    stage.bridge().push(text(id, "They like "));
                    stage.press("Stop").click();
                    stage.bridge().awaitMessage("claude.chat.stop");
                    stage.bridge().push(done(id));
                    stage.awaitWords("Stopped.");
                }),
                chat("too-long", Frame.signedIn())
                        .then(
                                stage -> {
                                    stage.page().getByLabel("Your prompt").fill("too much ".repeat(300));
                                    stage.press("Send").click();
                                },
                                "That is too long"),
                chat("offline", Frame.signedIn()).then(stage -> {
                    ask(stage);
                    stage.bridge().refuse(true);
                    stage.bridge().drop();
                    stage.awaitWords("Your prompt continues as soon as there is one.");
                }),
                chat("signing-in", Frame.status("signed_out")).then(stage -> {
                    stage.bridge().push(refused(ask(stage), "signed_out"));
                    stage.awaitState("signed_out");
                }),
                chat("code", Frame.status("signed_out")).then(stage -> {
                    stage.bridge().push(refused(ask(stage), "signed_out"));
                    stage.awaitState("signed_out");
                    stage.bridge().change(Frame.status("awaiting_code"), Frame.url());
                    stage.awaitState("awaiting_code");
                }),
                chat("locked-out", Frame.problem("unauthorized", "No key."))
                        .then(stage -> stage.page().getByLabel("Access key").waitFor()),
                chat("failed-disabled", Frame.signedIn())
                        .then(stage -> stage.bridge().push(refused(ask(stage), "disabled")), "switched off")));
        for (String reason : List.of("busy", "rate_limited", "network", "timed_out", "cli_not_found")) {
            screens.add(chatFailed(reason).as("chat-failed", "chat_" + reason));
        }
        // The chat has no text of its own for this reason.
        screens.add(chatFailed("cli_failed").as("chat-failed", "chat_failed"));
        return screens;
    }

    private static Screen chatFailed(String reason) {
        return chat("failed-" + reason.replace('_', '-'), Frame.signedIn())
                .then(stage -> stage.bridge().push(refused(ask(stage), reason)), "Send again");
    }

    // ---- a paired device

    private static Screen device(String name, String state, Frame... standing) {
        return Screen.of("device-" + name, state, standing).at("device.html");
    }

    private static List<Screen> device() {
        Frame awaiting = Frame.status("awaiting_code");
        Frame url = Frame.url().with("startedBy", LAPTOP).with("owner", "alice");
        return List.of(
                new Screen("device-connecting", "device.html", List.of(), stage -> stage.awaitState("connecting")),
                device("starting", "starting", Frame.status("starting")),
                device("awaiting", "awaiting_code", awaiting, url),
                device(
                        "again",
                        "awaiting_code",
                        awaiting,
                        Frame.refused("code_rejected", "400").with("startedBy", LAPTOP)),
                device("verifying", "verifying", Frame.status("verifying")),
                device("done", "signed_in", Frame.signedIn())
                        .then(stage -> stage.awaitWords("the other one continues by itself")),
                device("over", "unauthorized", Frame.problem("unauthorized", "Over."))
                        .then(stage -> stage.awaitWords("This link has been used.")));
    }

    // ---- the component's documentation

    private static List<Screen> documentation() {
        return List.of(
                Screen.of("documentation", "signed_out", Frame.status("signed_out"))
                        .at("claude-login/"),
                Screen.of("documentation-signed-in", "signed_in", Frame.signedIn())
                        .at("claude-login/"));
    }
}
