package dev.authbridge.support;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Runs axe, with all its rules, on a page in its present state.
 *
 * <p>{@link AxeBuilder} loads axe and opens a tab for each run, which takes ten times as long; here each document loads it once.
 */
public final class Axe {
    private static final String SOURCE = source();

    private Axe() {}

    /** Must be called before a page is opened in the context. */
    public static void prepare(BrowserContext context) {
        context.addInitScript(SOURCE);
    }

    /** All findings, each with the element that it is about. */
    public static List<?> findings(Page page) {
        return (List<?>)
                page.evaluate(
                        """
                        async () => {
                          const { violations } = await axe.run(document, { resultTypes: ['violations'], preload: false });
                          return violations.flatMap(({ id, nodes }) =>
                            nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
                        }
                        """);
    }

    private static String source() {
        try (InputStream in = AxeBuilder.class.getResourceAsStream("/axe.min.js")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
