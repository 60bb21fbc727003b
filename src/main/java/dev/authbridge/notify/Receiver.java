package dev.authbridge.notify;

import dev.authbridge.core.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Who is told: the command or the URL of {@code CLAUDE_AUTH_NOTIFY}. Used by one thread. */
public abstract sealed class Receiver permits CommandReceiver, UrlReceiver {
    private static final int LONGEST = 2_000;
    private static final int HIGHEST_PORT = 65_535;
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:/.*");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]");

    /**
     * @param target without {@link #fault}
     * @param environment for the command; for the URL, the variables that name the proxy and the certificates
     */
    public static Receiver of(Secret target, Map<String, String> environment) {
        String text = target.reveal();
        return isUrl(text) ? new UrlReceiver(URI.create(text), environment) : new CommandReceiver(text, environment);
    }

    private static boolean isUrl(String text) {
        return SCHEME.matcher(text).matches();
    }

    /** Why this can be no receiver, as the end of a sentence that begins with the name of the variable; never contains the value. */
    public static Optional<String> fault(String target) {
        if (target.length() > LONGEST || target.chars().anyMatch(character -> character < ' ')) {
            return Optional.of("must be one line of up to " + LONGEST + " characters: a command, or an https URL");
        }
        return isUrl(target) ? faultOfUrl(target) : Optional.empty();
    }

    private static Optional<String> faultOfUrl(String target) {
        URI uri;
        try {
            uri = new URI(target);
        } catch (URISyntaxException e) {
            return Optional.of("is no valid URL");
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
        boolean safe = scheme.equals("https")
                || scheme.equals("http") && LOOPBACK.matcher(host).matches();
        if (!safe) {
            return Optional.of(
                    "must be a command or an https URL; http is for this machine alone, as in http://127.0.0.1:9000/");
        }
        boolean reachable = !host.isEmpty() && uri.getPort() != 0 && uri.getPort() <= HIGHEST_PORT;
        return reachable && uri.getFragment() == null
                ? Optional.empty()
                : Optional.of("must be a URL with a host, and without a fragment (#)");
    }

    /** Whom to name in a log: never contains a path, an account or an argument, which may be secret. */
    public abstract String shown();

    /**
     * Tells this receiver; blocks until it has taken the event, at most half a minute.
     *
     * @param json a JSON object
     * @throws IOException if it has not taken it; the message says why and can be logged
     * @throws InterruptedException if the thread is interrupted; the command, if any, has been ended
     */
    abstract void tell(String json) throws IOException, InterruptedException;
}
