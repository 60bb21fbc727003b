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
 * What axe finds on a page as it stands, with all its rules.
 *
 * <p>{@link AxeBuilder} loads axe anew and opens a tab for each question, ten times as long; here every document has it from its start.
 */
public final class Axe {
    private static final String SOURCE = source();

    private Axe() {}

    /** To be called before pages are opened in it. */
    public static void prepare(BrowserContext context) {
        context.addInitScript(SOURCE);
    }

    /** Each finding with the element that it is about; none is what is wanted. */
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
