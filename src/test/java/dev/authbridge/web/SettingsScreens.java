package dev.authbridge.web;

import com.microsoft.playwright.options.AriaRole;
import dev.authbridge.protocol.MessageCodec;
import dev.authbridge.support.Frame;
import dev.authbridge.support.ScriptedBridge;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All screens of the settings page: each state, notice, banner and panel, each verdict on a paste, and each error. */
final class SettingsScreens {
    /** An error from the server while no login is open; the page shows its own text for the reason. */
    private static final String SAID = "The server's own words about it.";

    private static final JsonObject OTHER_ORGANIZATION = new JsonObject()
            .put("method", "oauth_token")
            .put("fingerprint", "0123-4567-89ab-cdef")
            .put("organization", "4e5f-6a7b")
            .put("until", "2026-06-02T08:00:00Z");

    private static final JsonObject PHONE =
            new JsonObject().put("device", "Safari on iPhone").put("address", "192.168.7.23");

    private SettingsScreens() {}

    static Stream<Screen> all() {
        return Stream.of(states(), codes(), notices(), panels(), failures()).flatMap(List::stream);
    }

    private static Screen signedOut(String name) {
        return Screen.of(name, "signed_out", Frame.status("signed_out"));
    }

    private static Screen awaiting(String name) {
        return Screen.of(name, "awaiting_code", Frame.status("awaiting_code"), Frame.url());
    }

    private static Frame withApiKey() {
        JsonObject credential = new JsonObject()
                .put("method", "api_key")
                .put("madeAt", "2026-03-04T05:06:07Z")
                .put("checkedAt", "2026-03-04T05:06:09Z")
                .put("validity", "valid")
                .put("fingerprint", "7f3a 91c2 0be4");
        return Frame.status("signed_in").with("credential", credential);
    }

    private static Frame withOneThatCannotBeRead() {
        JsonObject credential = new JsonObject()
                .put("state", "unreadable")
                .put("reason", "storage_failed")
                .put(
                        "error",
                        "Could not read the credential of anna: anna.credential needs the master key 3f0c9a1b5d7e2468, but"
                                + " the one in use is 91c20be47f3a5d7e; restore that key, or sign out and in again.");
        return Frame.status("signed_out").with("credential", credential);
    }

    private static Frame withMore(String name, Object value) {
        JsonObject credential = Frame.signedIn("valid", 0).data().getJsonObject("credential");
        return Frame.status("signed_in")
                .with("credential", credential.put("organization", "0a1b-2c3d").put(name, value));
    }

    private static Frame withAllThatIsKnown() {
        JsonObject credential = Frame.signedIn("valid", 0)
                .data()
                .getJsonObject("credential")
                .put("label", "The team's account, for the nightly builds")
                .put("lastUsed", Instant.now().toString());
        JsonArray found = new JsonArray()
                .add(new JsonObject().put("source", "anthropic_api_key"))
                .add(new JsonObject().put("source", "cli_file"))
                .add(new JsonObject()
                        .put("source", "settings_file")
                        .put("file", "/home/somebody/with-a-long-name/.claude/settings.json")
                        .put("entry", "env.CLAUDE_CODE_USE_ANTHROPIC_AWS")
                        .put("advice", "env.CLAUDE_CODE_USE_ANTHROPIC_AWS in that file wins. Remove it there."));
        return Frame.status("signed_in")
                .with("credential", credential)
                .with("others", new JsonObject().put("found", found).put("usedByHand", "anthropic_api_key"))
                .with("owner", "the-team-that-builds-everything-every-night-on-the-big-machine-1")
                .with("severalOwners", true);
    }

    private static List<Screen> states() {
        return List.of(
                new Screen("connecting", "", List.of(), stage -> stage.awaitState("connecting")),
                signedOut("signed-out"),
                signedOut("signed-out-elsewhere")
                        .then(stage -> stage.page().navigate(stage.bridge().addressElsewhere()))
                        .then(stage -> stage.awaitState("signed_out"), "Continue on another device"),
                Screen.of("starting", "starting", Frame.status("starting")),
                awaiting("awaiting-code"),
                awaiting("awaiting-code-opened").then(stage -> {
                    stage.stayHere();
                    stage.press("Open the sign-in page").click();
                    stage.awaitWords("Open the sign-in page again");
                }),
                Screen.of("verifying", "verifying", Frame.status("verifying")),
                Screen.of("signed-in", "signed_in", Frame.signedIn()),
                Screen.of("signed-in-checked", "signed_in", Frame.signedIn("valid", 0))
                        .as("signed-in-with-a-check", "valid"),
                Screen.of("signed-in-unknown", "signed_in", Frame.signedIn("unknown", 0))
                        .as("signed-in-with-a-check", "unknown"),
                Screen.of("signed-in-api-key", "signed_in", withApiKey()),
                Screen.of("signed-in-all", "signed_in", withAllThatIsKnown())
                        .then(stage -> stage.awaitWords("Also on this machine")),
                Screen.of("use-token", "signed_in", Frame.signedIn())
                        .then(
                                stage -> stage.press("Use a token made elsewhere")
                                        .click(),
                                "Token from claude setup-token"),
                Screen.of("hold", "signed_in", Frame.signedIn())
                        .then(stage -> stage.press("Hold back").click(), "Hold this credential back?"),
                Screen.of("held", "signed_in", withMore("heldSince", "2026-06-01T08:00:00Z"))
                        .then(stage -> stage.awaitWords("Release it")),
                Screen.of("other-organization", "signed_in", withMore("otherOrganization", OTHER_ORGANIZATION))
                        .then(stage -> stage.awaitWords("Switch to another organization?")),
                Screen.of("unauthorized", "unauthorized", Frame.problem("unauthorized", "No key."))
                        .then(stage -> stage.page().getByLabel("Access key").waitFor()),
                Screen.of("unauthorized-refused", "unauthorized", Frame.problem("unauthorized", "No key."))
                        .then(
                                stage -> {
                                    stage.bridge().answer(HttpMethod.POST, "api/session", 401, new JsonObject());
                                    stage.page().getByLabel("Access key").fill("wrong");
                                    stage.page().getByLabel("Access key").press("Enter");
                                },
                                "The server does not know that key."),
                new Screen("unreachable", "", List.of(), stage -> {
                    stage.bridge().refuse(true);
                    stage.bridge().drop();
                    stage.page().reload();
                    stage.awaitState("unreachable");
                }),
                Screen.of("unreadable", "unreadable", withOneThatCannotBeRead())
                        .then(
                                stage -> stage.page()
                                        .locator("claude-login details summary")
                                        .click(),
                                "Could not read the credential of anna"),
                signedOut("installing").then(stage -> {
                    stage.bridge().installing(123_000_000, 402_000_000);
                    stage.bridge().drop();
                    stage.awaitWords("123 of about 402 MB");
                }),
                Screen.of("starting-while-installing", "signed_out", Frame.status("signed_out"))
                        .then(stage -> {
                            stage.bridge().installing(123_000_000, 402_000_000);
                            stage.bridge().change(Frame.status("starting"));
                            stage.awaitState("starting");
                            stage.bridge().drop();
                            stage.awaitWords("30%");
                        }),
                signedOut("unavailable").then(stage -> {
                    stage.bridge()
                            .contact("Otto in operations, otto@example.org")
                            .ready(
                                    "There is no Claude CLI. Install @anthropic-ai/claude-code through npm.",
                                    "The folder /srv/claude-auth-bridge is not writable: make it so for user bridge.");
                    stage.bridge().drop();
                    stage.awaitState("unavailable");
                }));
    }

    /** What the field says about its content, by itself or after the server's answer. */
    private static List<Screen> codes() {
        List<Screen> screens = new ArrayList<>();
        screens.add(pasted("whole", Frame.CODE));
        screens.add(pasted("empty", "\"\"").as("verdict", "paste_empty"));
        screens.add(pasted("too-long", "a".repeat(4_097)).as("verdict", "paste_too_long"));
        screens.add(pasted("control", "abc\u0007def").as("verdict", "paste_control"));
        screens.add(pasted("token", "sk-ant-oat01-" + "a".repeat(95)).as("verdict", "paste_token"));
        screens.add(pasted("broken-address", "https://claude.ai/%zz").as("verdict", "paste_broken_address"));
        screens.add(pasted("page-address", "https://claude.ai/settings").as("verdict", "paste_page_address"));
        screens.add(pasted("number", "482913").as("verdict", "paste_number"));
        screens.add(pasted("half", Frame.CODE.substring(0, 40)).as("verdict", "paste_half"));
        screens.add(pasted("other", "please paste: this!").as("verdict", "paste_other"));
        screens.add(
                pasted("of-another-link", Frame.CODE.replace("#s1T", "#xxx")).as("verdict", "code_stale"));
        screens.add(awaiting("paste-refused")
                .then(
                        stage -> {
                            stage.page()
                                    .evaluate(
                                            "() => { navigator.clipboard.readText = () => Promise.reject(new Error('no')); }");
                            stage.press("Paste").click();
                        },
                        "The browser did not hand over the clipboard."));
        screens.add(awaiting("sending")
                .then(
                        stage -> {
                            stage.code().fill(Frame.CODE);
                            stage.press("Confirm").click();
                        },
                        "Sending…"));
        for (String reason : List.of("code_incomplete", "code_stale", "rate_limited")) {
            screens.add(awaiting("told-" + named(reason))
                    .then(stage -> {
                        stage.code().fill(Frame.CODE);
                        stage.bridge().push(Frame.problem(reason, SAID, "awaiting_code"));
                        stage.page().locator("input[aria-invalid=true]").waitFor();
                    })
                    .as("verdict-of-the-server", reason));
        }
        for (String reason : List.of("code_rejected", "network")) {
            Frame again = Frame.refused(reason, SAID);
            screens.add(Screen.of("again-" + named(reason), "awaiting_code", Frame.status("awaiting_code"), again)
                    .as("again", reason));
        }
        screens.add(awaiting("starting-again").then(stage -> {
            stage.code().fill(Frame.CODE);
            stage.bridge().push(Frame.problem("code_rejected", SAID, "starting"));
            stage.awaitState("starting");
        }));
        return screens;
    }

    /** Confirms what was pasted, unless it is a whole code: what follows then is another screen. */
    private static Screen pasted(String name, String paste) {
        return awaiting("paste-" + name).then(stage -> {
            stage.code().fill(paste);
            if (!paste.equals(Frame.CODE)) {
                stage.press("Confirm").click();
            }
        });
    }

    private static List<Screen> notices() {
        Frame kept = Frame.status("awaiting_code")
                .with("credential", Frame.signedIn().data().getJsonObject("credential"));
        return List.of(
                Screen.of(
                        "cancelled", "signed_out", Frame.status("signed_out"), Frame.failed("cancelled", "cancelled")),
                awaiting("restarted").then(stage -> {
                    stage.bridge().push(Frame.failed("timed_out", SAID));
                    stage.bridge().awaitMessage("claude.auth.start");
                    stage.bridge()
                            .change(
                                    Frame.status("awaiting_code")
                                            .with("seq", 10)
                                            .with("loginId", "login-2"),
                                    Frame.url().with("seq", 10).with("loginId", "login-2"));
                    stage.awaitWords("This is a new one.");
                }),
                Screen.of("ends-soon", "signed_in", Frame.signedIn("valid", 7)),
                Screen.of("token-refused", "signed_in", Frame.signedIn("invalid", 0)),
                Screen.of("replacing", "awaiting_code", kept, Frame.url()),
                Screen.of("replacing-failed", "signed_in", Frame.signedIn()).then(stage -> {
                    stage.bridge().push(Frame.failed("network", SAID).with("seq", 11));
                    stage.page().locator("[part=notice]").waitFor();
                }),
                Screen.of("signed-out-notice", "signed_in", Frame.signedIn()).then(stage -> {
                    stage.bridge().answer(HttpMethod.DELETE, "api/claude/auth", 204, new JsonObject());
                    stage.press("Sign out").click();
                    stage.bridge().standing(Frame.status("signed_out").with("seq", 10));
                    stage.page()
                            .getByRole(AriaRole.GROUP)
                            .getByRole(AriaRole.BUTTON)
                            .first()
                            .click();
                    stage.awaitState("signed_out");
                }),
                Screen.of(
                        "paired-elsewhere",
                        "awaiting_code",
                        Frame.status("awaiting_code").with("pairedWith", PHONE),
                        Frame.url()),
                Screen.of(
                                "time-over",
                                "awaiting_code",
                                Frame.status("awaiting_code"),
                                Frame.url()
                                        .with(
                                                "expiresAt",
                                                Instant.now().minusSeconds(5).toString()))
                        .then(stage -> stage.awaitWords("This link has expired.")),
                awaiting("offline").then(SettingsScreens::goOffline, "You are offline."),
                awaiting("reconnecting").then(SettingsScreens::loseTheServer, "Reconnecting"),
                awaiting("queued")
                        .then(SettingsScreens::loseTheServer, "Reconnecting")
                        .then(
                                stage -> {
                                    stage.code().fill(Frame.CODE);
                                    stage.press("Confirm").click();
                                },
                                "Your code is sent as soon as there is one."));
    }

    private static void loseTheServer(Screen.Stage stage) {
        stage.bridge().refuse(true);
        stage.bridge().drop();
    }

    /** The system's Firefox cannot be switched offline; there only the event is dispatched. */
    private static void goOffline(Screen.Stage stage) {
        stage.page().context().setOffline(true);
        stage.page()
                .evaluate(
                        """
                        () => {
                          if (!navigator.onLine) return;
                          Object.defineProperty(navigator, 'onLine', { value: false });
                          dispatchEvent(new Event('offline'));
                        }
                        """);
    }

    private static List<Screen> panels() {
        Screen otherDevice = signedOut("other-device").then(stage -> {
            stage.bridge().answer(HttpMethod.POST, "api/claude/auth/device", 200, deviceLink(stage.bridge()));
            stage.page().navigate(stage.bridge().addressElsewhere());
            stage.awaitState("signed_out");
            stage.press("Continue on another device").click();
            stage.bridge().awaitMessage("claude.auth.start");
            stage.bridge().change(Frame.status("awaiting_code"), Frame.url());
            stage.awaitState("awaiting_code");
            stage.awaitWords("Scan with a phone’s camera");
        });
        Screen deviceRefused = signedOut("other-device-refused").then(stage -> {
            stage.bridge()
                    .answer(
                            HttpMethod.POST,
                            "api/claude/auth/device",
                            200,
                            new JsonObject()
                                    .put("reachable", false)
                                    .put("advice", "This server is reached by its own machine only."));
            stage.page().navigate(stage.bridge().addressElsewhere());
            stage.awaitState("signed_out");
            stage.press("Continue on another device").click();
            stage.awaitWords("This server is reached by its own machine only.");
        });
        return List.of(
                signedOut("api-key").then(SettingsScreens::openApiKey),
                signedOut("api-key-shape")
                        .then(stage -> keepApiKey(stage, "no-key"), "An API key begins with")
                        .as("api-key-verdict", "api_key_shape"),
                signedOut("api-key-refused")
                        .then(
                                stage -> {
                                    JsonObject refused = new JsonObject().put("reason", "credential_invalid");
                                    stage.bridge().answer(HttpMethod.POST, "api/claude/auth", 422, refused);
                                    keepApiKey(stage, "sk-ant-api03-made-up");
                                },
                                "Claude does not accept that key.")
                        .as("api-key-verdict", "api_key_refused"),
                signedOut("api-key-unsupported")
                        .then(
                                stage -> {
                                    stage.bridge().answer(HttpMethod.POST, "api/claude/auth", 501, new JsonObject());
                                    keepApiKey(stage, "sk-ant-api03-made-up");
                                },
                                "This server takes no API keys.")
                        .as("api-key-verdict", "api_key_unsupported"),
                Screen.of("name-it", "signed_in", withAllThatIsKnown()).then(stage -> {
                    stage.press("Name it").click();
                    stage.page().getByLabel("A name of your own").waitFor();
                }),
                Screen.of("sign-out", "signed_in", Frame.signedIn())
                        .then(stage -> stage.press("Sign out").click(), "Sign this machine out?"),
                Screen.of("sign-out-failed", "signed_in", Frame.signedIn()).then(stage -> {
                    JsonObject failed = new JsonObject().put("reason", "storage_failed");
                    stage.bridge().answer(HttpMethod.DELETE, "api/claude/auth", 500, failed);
                    stage.press("Sign out").click();
                    stage.page()
                            .getByRole(AriaRole.GROUP)
                            .getByRole(AriaRole.BUTTON)
                            .first()
                            .click();
                    stage.awaitWords("could not store the credential");
                }),
                otherDevice,
                deviceRefused,
                signedOut("asks-for-another-owner").then(Screen.Stage::opensLinkOfAnotherOwner),
                Screen.of("browsers", "signed_in", Frame.signedIn())
                        .then(SettingsScreens::showBrowsers, "Sign out everywhere"),
                Screen.of("browsers-left", "signed_in", Frame.signedIn())
                        .then(SettingsScreens::showBrowsers)
                        .then(
                                stage -> {
                                    stage.bridge().answer(HttpMethod.DELETE, "api/sessions", 204, new JsonObject());
                                    stage.press("Sign out everywhere").click();
                                    stage.page()
                                            .getByRole(AriaRole.DIALOG)
                                            .getByText("Sign out everywhere")
                                            .last()
                                            .click();
                                },
                                "This browser is signed out"));
    }

    private static void showBrowsers(Screen.Stage stage) {
        stage.hasTwoBrowsers();
        stage.press("Signed-in browsers").click();
        stage.awaitWords("this browser");
    }

    private static void openApiKey(Screen.Stage stage) {
        stage.press("Use an API key instead").click();
        stage.page().getByLabel("API key from the Claude console").waitFor();
    }

    private static void keepApiKey(Screen.Stage stage, String key) {
        openApiKey(stage);
        stage.page().getByLabel("API key from the Claude console").fill(key);
        stage.press("Keep this key").click();
    }

    /** With a QR code of the right size, made like the server's. */
    private static JsonObject deviceLink(ScriptedBridge bridge) {
        String link = bridge.addressElsewhere() + "d#kJ7x-Qm2VtR9wLpZ3bNs8Y";
        return new JsonObject()
                .put("link", link)
                .put("qr", new JsonObject(MessageCodec.writeObject(DeviceLinks.qrCode(link))));
    }

    private static List<Screen> failures() {
        List<Screen> screens = new ArrayList<>();
        for (String reason : List.of("disabled", "bad_message")) {
            screens.add(failed(reason));
        }
        for (String reason : List.of(
                "cli_not_found",
                "cli_failed",
                "busy",
                "rate_limited",
                "network",
                "timed_out",
                "storage_failed",
                "unknown_screen",
                "credential_invalid")) {
            screens.add(failed(reason).as("failed-try-again", reason));
        }
        screens.add(Screen.of(
                "failed-signed-out", "signed_out", Frame.status("signed_out"), Frame.failed("signed_out", SAID)));
        String row = "Error: EACCES: permission denied, mkdir '/srv/claude/" + "x".repeat(120) + "' ";
        screens.add(Screen.of(
                        "failed-details",
                        "failed",
                        Frame.status("signed_out"),
                        Frame.failed("unknown_screen", row.repeat(4)))
                .then(stage -> stage.page().getByText("What the server said").click(), "EACCES"));
        return screens;
    }

    private static Screen failed(String reason) {
        return Screen.of("failed-" + named(reason), "failed", Frame.status("signed_out"), Frame.failed(reason, SAID));
    }

    private static String named(String reason) {
        return reason.replace('_', '-');
    }
}
