package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.authbridge.support.Browsers;
import dev.authbridge.support.InChromium;
import dev.authbridge.support.Look;
import dev.authbridge.support.ServerPem;
import dev.authbridge.support.TestAuthority;
import dev.authbridge.web.ops.Readiness;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The component on a page of another site, included with one script tag, with the real server. */
class OtherOriginIT extends InChromium {
    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private String site;
    private RunningServer server;
    private BrowserContext context;

    @BeforeEach
    void startHost() {
        HttpServer host = vertx.createHttpServer()
                .requestHandler(request -> request.response()
                        .putHeader("Content-Type", "text/html; charset=utf-8")
                        .end("<!doctype html><html lang=\"en\"><title>A page of yours</title><main>"
                                + "<script type=\"module\" src=\"" + server.origin()
                                + "/claude-login/claude-login.js\"></script>"
                                + "<claude-login><p>Loading</p></claude-login></main></html>"))
                .listen(0, "127.0.0.1")
                .await();
        site = "http://" + Browsers.OTHER_SITE + ":" + host.actualPort();
        context = chromium.newContext(Look.DESKTOP.options());
    }

    @AfterEach
    void stop() {
        context.close();
        server.close();
        vertx.close().await();
    }

    private static void awaitState(Page page, String state) {
        assertThat(page.locator("claude-login")).hasAttribute("state", state);
    }

    private static void giveKey(Page page) {
        page.waitForFunction("() => Boolean(customElements.get('claude-login'))");
        page.evaluate("key => { document.querySelector('claude-login').key = key; }", RunningServer.KEY);
    }

    @Test
    void aLoginWorksThereWithTheKeyInMemoryOnly() throws Exception {
        server = new RunningServer(folder, RunningServer.Setting.USUAL.withOrigins(site));
        Page page = context.newPage();
        page.navigate(site + "/");
        awaitState(page, "unauthorized");
        giveKey(page);
        awaitState(page, "signed_out");
        context.waitForPage(() -> page.locator("claude-login a.primary").click());
        page.bringToFront();
        awaitState(page, "starting");
        server.setupToken.last().showsUrl(RunningServer.STATE);
        awaitState(page, "awaiting_code");
        page.getByLabel("Code from the sign-in page").fill(RunningServer.CODE);
        page.getByText("Confirm").click();
        awaitState(page, "verifying");
        server.setupToken.last().showsToken(RunningServer.TOKEN);
        awaitState(page, "signed_in");

        assertFalse(page.content().contains(RunningServer.KEY));
        assertEquals(0, page.evaluate("localStorage.length + sessionStorage.length + document.cookie.length"));
        page.getByText("Sign out").click();
        page.locator("[role=group]")
                .getByText("Sign out", new Locator.GetByTextOptions().setExact(true))
                .click();
        awaitState(page, "signed_out");
    }

    @Test
    void aFaultOfTheServerIsShownThereToo() throws Exception {
        server = new RunningServer(folder, RunningServer.Setting.USUAL.withOrigins(site));
        server.fault = Optional.of("There is no Claude CLI. Install it through npm.");
        Page page = context.newPage();
        page.navigate(site + "/");
        giveKey(page);
        awaitState(page, "unavailable");
        server.fault = Optional.empty();
        server.timers.turn(Readiness.BAD_FOR);
        awaitState(page, "signed_out");
    }

    /** Where the element's scripts come from the site itself: those of the bridge would be blocked, too. */
    @Test
    void onASiteOfTheInternetItSaysThatTheBrowserDoesNotLetThePageReachThisMachine() throws Exception {
        ServerPem pem = ServerPem.in(folder, new TestAuthority(), Browsers.PUBLIC_SITE);
        HttpServer host = vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertPath(pem.certificate().toString())
                                .setKeyPath(pem.key().toString())))
                .requestHandler(request -> {
                    if (request.path().startsWith("/claude-login/")) {
                        request.response().sendFile("webroot" + request.path());
                    } else {
                        request.response()
                                .putHeader("Content-Type", "text/html; charset=utf-8")
                                .end(
                                        "<!doctype html><script type=\"module\" src=\"/claude-login/claude-login.js\"></script>"
                                                + "<claude-login src=\"" + server.origin() + "\"></claude-login>");
                    }
                })
                .listen(0, Browsers.PUBLIC_ADDRESS)
                .await();
        String address = "https://" + Browsers.PUBLIC_SITE + ":" + host.actualPort();
        server = new RunningServer(folder, RunningServer.Setting.USUAL.withOrigins(address));
        try (BrowserContext visitor = chromium.newContext(Look.DESKTOP.options().setIgnoreHTTPSErrors(true))) {
            Page page = visitor.newPage();
            page.navigate(address + "/");
            // A headless browser answers no for the person.
            assertThat(page.locator("claude-login .lead"))
                    .containsText("Your browser does not let this page reach other devices, or apps on this device.");
            awaitState(page, "unreachable");
            assertThat(page.locator("claude-login .lead")).containsText("the server is at " + server.origin());
        }
    }

    @Test
    void aSiteThatIsNotConfiguredGetsNothing() throws Exception {
        server = new RunningServer(folder);
        Page page = context.newPage();
        page.navigate(site + "/");
        giveKey(page);
        awaitState(page, "unreachable");
        assertThat(page.locator("claude-login .lead"))
                .containsText("its administrator has to add " + site + " to CLAUDE_AUTH_ORIGINS");
        assertTrue(server.setupToken.programs().isEmpty());
    }
}
