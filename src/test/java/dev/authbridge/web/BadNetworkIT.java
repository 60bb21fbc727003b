package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.authbridge.support.Eventually;
import dev.authbridge.support.FaultProxy;
import dev.authbridge.support.FaultProxy.Fault;
import dev.authbridge.support.InChromium;
import dev.authbridge.support.Look;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A whole login in Chromium with a bad network between it and the real server. The clock of the page is turned by hand, so
 * that nobody waits for its time-outs.
 */
class BadNetworkIT extends InChromium {
    @TempDir
    private Path folder;

    private RunningServer server;
    private FaultProxy network;
    private BrowserContext context;
    private Page page;
    private Locator login;
    private Locator banner;

    @BeforeEach
    void start() throws Exception {
        server = new RunningServer(folder);
        network = FaultProxy.before(server.port);
        context = chromium.newContext(Look.DESKTOP.options());
        context.setDefaultTimeout(10_000);
        // The vendor's page, to which the sign-in tab is led.
        context.route("https://claude.com/**", route -> route.abort());
        page = context.newPage();
        page.clock().install();
        login = page.locator("claude-login");
        banner = page.getByText("Connection lost. Reconnecting…");
    }

    @AfterEach
    void stop() throws Exception {
        context.close();
        network.close();
        server.close();
    }

    private void open() {
        page.navigate(network.origin() + "/#key=" + RunningServer.KEY);
        awaitState("signed_out");
    }

    private void startLogin() {
        context.waitForPage(() -> login.locator("a.primary").click());
        page.bringToFront();
        awaitState("starting");
    }

    private void enterCode() {
        Locator code = page.getByLabel("Code from the sign-in page");
        code.fill(RunningServer.CODE);
        code.press("Enter");
    }

    private void awaitState(String state) {
        assertThat(login).hasAttribute("state", state);
    }

    /** However often it had to be sent, the code reaches the program once. */
    private void assertCompleted() {
        awaitState("signed_in");
        assertThat(banner).isHidden();
        assertEquals(1, server.setupToken.programs().size());
        assertEquals(1, server.setupToken.last().submitted().size());
    }

    private void awaitCode() {
        Eventually.waitUntil(
                Duration.ofSeconds(10),
                () -> !server.setupToken.last().submitted().isEmpty(),
                () -> "the code did not arrive");
    }

    @ParameterizedTest(name = "{0} to the server, {1} to the page")
    @CsvSource({"DELAY, DELAY", "SINGLE_BYTES, SINGLE_BYTES"})
    void aSlowNetworkOnlyTakesItsTime(Fault toServer, Fault toPage) {
        network.fault(toServer, toPage);
        open();
        startLogin();
        server.setupToken.last().showsUrl(RunningServer.STATE);
        awaitState("awaiting_code");
        enterCode();
        awaitState("verifying");
        server.setupToken.last().showsToken(RunningServer.TOKEN);
        assertCompleted();
    }

    @ParameterizedTest(name = "{0} to the server, {1} to the page")
    @CsvSource({"CUT, CUT", "HALF_CLOSED, NONE", "HELD, HELD"})
    void aLoginSurvivesOutages(Fault toServer, Fault toPage) {
        survives(toServer, toPage);
    }

    @Tag("thorough")
    @ParameterizedTest(name = "{0} to the server, {1} to the page")
    @CsvSource({"NONE, HALF_CLOSED", "HELD, NONE", "NONE, HELD"})
    void aLoginSurvivesOutagesInOneDirection(Fault toServer, Fault toPage) {
        survives(toServer, toPage);
    }

    /** The network fails at each of the three points where something is on its way, and the server goes on meanwhile. */
    private void survives(Fault toServer, Fault toPage) {
        open();
        startLogin();

        network.fault(toServer, toPage);
        server.setupToken.last().showsUrl(RunningServer.STATE);
        seesTheOutage();
        network.heal();
        awaitReconnected("awaiting_code");

        network.fault(toServer, toPage);
        enterCode();
        // Nobody waits for the next heartbeat with a code that was sent.
        page.clock().fastForward(3_000);
        page.clock().fastForward(2_000);
        assertThat(banner).isVisible();
        network.heal();
        awaitReconnected("verifying");
        awaitCode();

        network.fault(toServer, toPage);
        server.setupToken.last().showsToken(RunningServer.TOKEN);
        seesTheOutage();
        network.heal();
        awaitReconnected("signed_in");
        assertCompleted();
    }

    /** The next heartbeat is due within 25 s, and waits 5 s for its answer. */
    private void seesTheOutage() {
        // A message that still comes through may look like the answer to a heartbeat.
        for (int heartbeat = 0; heartbeat < 3 && !soon(banner::isVisible); heartbeat++) {
            page.clock().fastForward(25_000);
            page.clock().fastForward(5_000);
        }
        assertThat(banner).isVisible();
    }

    /** The page connects again after pauses that grow, and gives up an attempt that takes longer than five seconds. */
    private void awaitReconnected(String state) {
        for (int attempt = 0; attempt < 10 && !soon(() -> !banner.isVisible()); attempt++) {
            page.clock().fastForward(2_500);
        }
        assertThat(banner).isHidden();
        awaitState(state);
    }

    private static boolean soon(BooleanSupplier condition) {
        return Eventually.holds(Duration.ofSeconds(1), condition);
    }
}
