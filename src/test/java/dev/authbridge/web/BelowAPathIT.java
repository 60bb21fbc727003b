package dev.authbridge.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.authbridge.support.Browsers;
import dev.authbridge.support.InChromium;
import dev.authbridge.support.Look;
import dev.authbridge.support.Needs;
import dev.authbridge.support.Tool;
import dev.authbridge.support.Viewing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two bridges below paths of one nginx, in Chromium: below one path as {@code docs/proxies.md} describes it for a proxy that
 * takes the path out of the requests, below the other one as for a proxy that passes it on. Below a third one, the first
 * bridge is served as by {@code code-server}, and by an nginx whose {@code location} has no slash at its end: the page is also
 * shown without a slash at the end of its path, and all other paths arrive with two slashes at their beginning.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Needs({Tool.CHROMIUM, Tool.NGINX})
class BelowAPathIT extends InChromium {
    private static final String TAKEN_OUT = "/tools/taken-out";
    private static final String PASSED_ON = "/tools/passed-on";
    private static final String WITHOUT_SLASH = "/proxy/8765";
    private static final String VENDOR = "https://claude.com/**";

    private RunningServer takenOut;
    private RunningServer passedOn;
    private ProxyProcess nginx;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        nginx = ProxyProcess.nginx(folder, port -> {
            RunningServer.Setting setting =
                    RunningServer.Setting.USUAL.withProxy().withOrigins("http://" + Browsers.OTHER_SITE + ":" + port);
            takenOut = new RunningServer(Files.createDirectory(folder.resolve("one")), setting);
            passedOn = new RunningServer(Files.createDirectory(folder.resolve("two")), setting.withBasePath(PASSED_ON));
            return configuration(port) + site(port);
        });
    }

    @AfterAll
    void stop() throws Exception {
        nginx.close();
        takenOut.close();
        passedOn.close();
    }

    /** The server of the page, with its {@code location} replaced by those that the page has for a path. */
    private String configuration(int port) throws Exception {
        List<String> blocks = ProxyProcess.inTheDocs("nginx");
        String whole = blocks.get(0)
                .replace("listen 443 ssl;", "listen 127.0.0.1:" + port + ";")
                .replaceAll("(?m)^    ssl_.*\n", "");
        Matcher location = Pattern.compile("(?s)    location / \\{\n *proxy_pass [^\n]*\n(.*?\n    \\}\n)")
                .matcher(whole);
        assertTrue(location.find(), whole);
        String rest = location.group(1);
        String withoutSlash = "    location " + WITHOUT_SLASH + " {\n        proxy_pass http://127.0.0.1:"
                + takenOut.port + "/;\n" + rest;
        return whole.replace(
                location.group(),
                below(TAKEN_OUT, blocks.get(1), takenOut)
                        + rest
                        + below(PASSED_ON, blocks.get(2), passedOn).replace("    absolute_redirect off;\n", "")
                        + rest
                        + withoutSlash);
    }

    /** A page of another site with the element of the bridge that is below the same path of the bridge's host name. */
    private static String site(int port) {
        return "server { listen 127.0.0.1:" + port + "; server_name " + Browsers.OTHER_SITE
                + "; default_type text/html;"
                + " location / { return 200 '<!doctype html><title>A page of yours</title><script type=\"module\""
                + " src=\"http://" + Viewing.OTHER_NAME + ":" + port + "$uri/claude-login/claude-login.js\"></script>"
                + "<claude-login></claude-login>'; } location = /favicon.ico { access_log off; return 404; } }\n";
    }

    private static String below(String path, String location, RunningServer server) {
        return location.replace("/tools/claude/", path + "/").replace("127.0.0.1:8765", "127.0.0.1:" + server.port);
    }

    @Test
    void aSignInStaysBelowAPathThatTheProxyTakesOut() throws Exception {
        signsIn(takenOut, TAKEN_OUT);
    }

    @Test
    void aSignInStaysBelowAPathThatTheProxyPassesOn() throws Exception {
        signsIn(passedOn, PASSED_ON);
    }

    private static void awaitState(Page page, String state) {
        assertThat(page.locator("claude-login")).hasAttribute("state", state);
    }

    private void signsIn(RunningServer server, String path) throws Exception {
        String origin = "http://" + Viewing.OTHER_NAME + ":" + nginx.port();
        try (BrowserContext desktop = chromium.newContext(Look.DESKTOP.options());
                BrowserContext phone = chromium.newContext(Look.PHONE.options())) {
            desktop.route(VENDOR, BelowAPathIT::vendor);
            Page page = desktop.newPage();
            page.navigate(origin + path + "#key=" + RunningServer.KEY);
            awaitState(page, "signed_out");
            assertEquals(origin + path + "/", page.url());

            Page second = desktop.waitForPage(
                    () -> page.locator("claude-login a.primary").click());
            server.setupToken.last().showsUrl(RunningServer.STATE);
            second.waitForURL(Pattern.compile("https://claude.com/.*"));
            second.close();
            page.bringToFront();
            awaitState(page, "awaiting_code");

            page.getByText("Continue on another device").click();
            String link = page.locator(".device code").textContent();
            assertTrue(link.startsWith(origin + path + "/d#"), link);
            Page onPhone = phone.newPage();
            onPhone.navigate(link);
            awaitState(onPhone, "awaiting_code");
            assertEquals(origin + path + "/d", onPhone.url());
            onPhone.getByLabel("Code from the sign-in page").fill(RunningServer.CODE);
            onPhone.getByText("Confirm").tap();
            awaitState(page, "verifying");
            server.setupToken.last().showsToken(RunningServer.TOKEN);
            awaitState(page, "signed_in");
            awaitState(onPhone, "signed_in");

            page.getByText("Signed-in browsers").click();
            assertThat(page.getByText("this browser")).isVisible();
            page.getByText("On your own page").click();
            awaitFirst(page, "signed_in");
            assertEquals(origin + path + "/claude-login/", page.url());
            page.getByText("Claude Auth Bridge").first().click();
            awaitState(page, "signed_in");
            page.getByText("Chat with Claude").click();
            assertEquals(origin + path + "/chat", page.url());
            assertThat(page.getByLabel("Your prompt")).isVisible();

            elsewhere(desktop, path);
        }
        // nginx writes down a WebSocket when it ends, so those of the other tests may still come.
        assertEquals(
                List.of(),
                nginx.requested().stream()
                        .filter(line -> !line.matches("(" + TAKEN_OUT + "|" + PASSED_ON + ")(/.*)?|/proxy/.*"))
                        .toList());
    }

    private static void awaitFirst(Page page, String state) {
        assertThat(page.locator("claude-login#first")).hasAttribute("state", state);
    }

    private static void vendor(Route route) {
        route.fulfill(new Route.FulfillOptions().setContentType("text/html").setBody("<title>Claude</title>"));
    }

    /** The element on a page of another site, which finds the bridge by the address of its script. */
    private void elsewhere(BrowserContext context, String path) {
        Page page = context.newPage();
        page.navigate("http://" + Browsers.OTHER_SITE + ":" + nginx.port() + path);
        awaitState(page, "unauthorized");
        page.evaluate("key => { document.querySelector('claude-login').key = key; }", RunningServer.KEY);
        awaitState(page, "signed_in");
    }

    @Test
    void thePageAddsTheSlashWhereNeitherTheProxyNorTheServerCan() throws Exception {
        String origin = "http://127.0.0.1:" + nginx.port();
        try (BrowserContext context = chromium.newContext(Look.DESKTOP.options())) {
            Page page = context.newPage();
            page.navigate(origin + WITHOUT_SLASH + "#key=" + RunningServer.OTHER_KEY);
            awaitState(page, "signed_out");
            assertEquals(origin + WITHOUT_SLASH + "/", page.url());
        }
    }
}
