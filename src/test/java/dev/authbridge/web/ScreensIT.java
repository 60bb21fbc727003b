package dev.authbridge.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import dev.authbridge.support.Browsers;
import dev.authbridge.support.Frame;
import dev.authbridge.support.Look;
import dev.authbridge.support.ScriptedBridge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every screen of the settings page, in every look: no finding of axe, no error, nothing wider than the window. */
class ScreensIT {
    private static Browsers browsers;
    private static Browser chromium;

    /** What brings the page to a screen. */
    private interface Script {
        void play(ScriptedBridge bridge, Page page);
    }

    private record Screen(String name, String state, Script script, List<Frame> standing) {
        static Screen of(String name, String state, Frame... standing) {
            return new Screen(name, state, (bridge, page) -> {}, List.of(standing));
        }

        Screen then(Script script) {
            return new Screen(name, state, script, standing);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Screen> screens() {
        Frame awaiting = Frame.status("awaiting_code");
        List<Screen> screens = new ArrayList<>(List.of(
                Screen.of("signed-out", "signed_out", Frame.status("signed_out")),
                Screen.of("api-key", "signed_out", Frame.status("signed_out"))
                        .then((bridge, page) ->
                                page.getByText("Use an API key instead").click()),
                Screen.of("starting", "starting", Frame.status("starting")),
                Screen.of("awaiting-code", "awaiting_code", awaiting, Frame.url()),
                Screen.of("code-pasted", "awaiting_code", awaiting, Frame.url())
                        .then((bridge, page) ->
                                page.getByLabel("Code from the sign-in page").fill(Frame.CODE)),
                Screen.of("number-pasted", "awaiting_code", awaiting, Frame.url())
                        .then((bridge, page) -> {
                            page.getByLabel("Code from the sign-in page").fill("482913");
                            page.getByText("Confirm").click();
                        }),
                Screen.of("code-rejected", "awaiting_code", awaiting, Frame.refused("code_rejected", "refused")),
                Screen.of("network-again", "awaiting_code", awaiting, Frame.refused("network", "EAI_AGAIN")),
                Screen.of("verifying", "verifying", Frame.status("verifying")),
                Screen.of("signed-in", "signed_in", Frame.signedIn()),
                Screen.of("sign-out", "signed_in", Frame.signedIn())
                        .then((bridge, page) ->
                                page.getByText("Sign out").first().click()),
                Screen.of(
                        "cancelled", "signed_out", Frame.status("signed_out"), Frame.failed("cancelled", "cancelled")),
                Screen.of("unauthorized", "unauthorized", Frame.problem("unauthorized", "No key."))
                        .then((bridge, page) -> page.getByLabel("Access key").waitFor()),
                Screen.of("unavailable", "signed_out", Frame.status("signed_out"))
                        .then((bridge, page) -> {
                            bridge.ready(
                                    "There is no Claude CLI. Install @anthropic-ai/claude-code 2.1.330 through npm.");
                            bridge.drop();
                            page.locator("claude-login[state=unavailable]").waitFor();
                        }),
                Screen.of("offline", "awaiting_code", awaiting, Frame.url()).then((bridge, page) -> {
                    page.context().setOffline(true);
                    page.getByText("You are offline").waitFor();
                }),
                Screen.of("reconnecting", "awaiting_code", awaiting, Frame.url())
                        .then((bridge, page) -> {
                            bridge.refuse(true);
                            bridge.drop();
                            page.getByText("Reconnecting").waitFor();
                        }),
                Screen.of("token-refused", "signed_in", Frame.signedIn("invalid", 0)),
                Screen.of("ends-soon", "signed_in", Frame.signedIn("valid", 7)),
                Screen.of(
                        "replacing",
                        "awaiting_code",
                        awaiting.with("credential", Frame.signedIn().data().getJsonObject("credential")),
                        Frame.url())));
        Stream.of(
                        "disabled",
                        "cli_not_found",
                        "cli_failed",
                        "busy",
                        "network",
                        "timed_out",
                        "storage_failed",
                        "unknown_screen",
                        "credential_invalid")
                .map(reason -> Screen.of(
                        "failed-" + reason.replace('_', '-'),
                        "failed",
                        Frame.status("signed_out"),
                        Frame.failed(reason, "The server's own words about it.")))
                .forEach(screens::add);
        return screens.stream();
    }

    static Stream<Arguments> screensInLooks() {
        return screens().flatMap(screen -> Stream.of(Look.values()).map(look -> Arguments.of(screen, look)));
    }

    @BeforeAll
    static void start() {
        browsers = new Browsers();
        chromium = browsers.chromium();
    }

    @AfterAll
    static void end() {
        browsers.close();
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("screensInLooks")
    void isReadableForEverybody(Screen screen, Look look) {
        try (ScriptedBridge bridge = new ScriptedBridge();
                BrowserContext context = chromium.newContext(look.options().setReducedMotion(ReducedMotion.REDUCE))) {
            bridge.standing(screen.standing().toArray(Frame[]::new));
            Page page = context.newPage();
            List<String> complaints = complaintsOf(page);
            page.navigate(bridge.address());
            page.locator("claude-login[state=" + screen.state() + "]").waitFor();
            screen.script().play(bridge, page);
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
                String file = screen.name() + "-" + look.fileName() + "-"
                        + scheme.name().toLowerCase(Locale.ROOT);
                page.screenshot(new Page.ScreenshotOptions()
                        .setFullPage(true)
                        .setPath(Path.of("target", "screens", file + ".png")));
                List<String> findings = new AxeBuilder(page)
                        .analyze().getViolations().stream().map(ScreensIT::told).toList();
                assertEquals(List.of(), findings, file);
            }
            assertEquals(
                    0, page.evaluate("document.documentElement.scrollWidth - innerWidth"), "wider than the window");
            // Twice as large, as in a browser's settings: nothing may stick out.
            page.evaluate("document.documentElement.style.fontSize = '200%'");
            page.screenshot(new Page.ScreenshotOptions()
                    .setFullPage(true)
                    .setPath(Path.of("target", "screens", screen.name() + "-" + look.fileName() + "-large.png")));
            assertEquals(List.of(), complaints);
            assertEquals(0, page.evaluate("document.documentElement.scrollWidth - innerWidth"), "too wide when large");
        }
    }

    private static List<String> complaintsOf(Page page) {
        List<String> complaints = new ArrayList<>();
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            boolean meant = message.text().contains("WebSocket connection to")
                    || message.location().contains("/readyz");
            if (message.type().equals("error") && !meant) {
                complaints.add(message.text());
            }
        });
        return complaints;
    }

    private static String told(Rule rule) {
        return rule.getId() + ": "
                + rule.getNodes().stream()
                        .map(node -> node.getHtml() + " " + node.getFailureSummary())
                        .toList();
    }
}
