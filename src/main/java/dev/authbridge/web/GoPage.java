package dev.authbridge.web;

import dev.authbridge.core.Owner;
import dev.authbridge.core.Problem;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * The page that {@link GoRoutes} shows in the new tab. Without JavaScript it polls by reloading itself.
 *
 * @param waitName the name under which it polls; empty if there is nothing to wait for
 */
record GoPage(String title, String message, String waitName) {
    private static final String TEMPLATE =
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="robots" content="noindex">
            <title>%1$s</title>
            <link rel="icon" href="%5$s/icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="%5$s/claude-login/go.css">
            %3$s</head>
            <body>
            <main id="go"%4$s>
            <h1>%1$s</h1>
            <p role="status">%2$s</p>
            </main>
            </body>
            </html>
            """;

    /** @param owner whose sign-in it is; empty where there is only one owner */
    static GoPage waiting(String wait, Optional<Owner> owner) {
        return new GoPage(
                "Opening the sign-in page…",
                "Claude is preparing your sign-in. You will be taken there in a moment." + isFor(owner),
                wait);
    }

    /** The same while the CLI is being installed. */
    static GoPage waitingForInstallation(String wait, Optional<Owner> owner) {
        return new GoPage(
                "Almost ready",
                "The Claude CLI is being installed on this server, once. This takes a few minutes. Keep this tab open: you will"
                        + " be taken to the sign-in page as soon as the CLI is there." + isFor(owner),
                wait);
    }

    private static String isFor(Optional<Owner> owner) {
        return owner.map(known -> " This sign-in is for “" + known.name() + "”.")
                .orElse("");
    }

    static GoPage overMessage() {
        return new GoPage(
                "This link has been used",
                "Sign-in links work once, and for ten minutes. Go back to the first tab and open the link there again.",
                "");
    }

    static GoPage failure(Problem problem) {
        return new GoPage("That did not work", problem.message() + " Close this tab and go on in the first one.", "");
    }

    static GoPage elsewhere() {
        return new GoPage("Nothing to do here", "This login goes on in the first tab. You can close this one.", "");
    }

    void send(RoutingContext context, int status) {
        // Relative, since a proxy may serve this server below a path; some proxies also add a slash.
        String top = context.request().path().endsWith("/") ? "../.." : "..";
        String head = waitName.isEmpty()
                ? ""
                : "<script type=\"module\" src=\"" + top + "/claude-login/go.js\"></script>\n"
                        + "<noscript><meta http-equiv=\"refresh\" content=\"2;url=" + top + "/go/" + waitName
                        + "\"></noscript>\n";
        String attribute = waitName.isEmpty() ? "" : " data-wait=\"" + waitName + "\"";
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .end(TEMPLATE.formatted(escaped(title), escaped(message), head, attribute, top));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
