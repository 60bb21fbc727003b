package dev.authbridge.claude;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.credential.SeenCredentials.Ambient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The credentials that a Claude finds on this machine without the bridge: in variables of the environment and in the CLI's
 * own file. They are only read.
 *
 * <p>The file is {@code $CLAUDE_CONFIG_DIR/.credentials.json} or {@code ~/.claude/.credentials.json}, with
 * {@code claudeAiOauth.accessToken} and {@code expiresAt} in milliseconds.
 */
public final class AmbientCredentials {
    private static final int LARGEST_FILE = 256 * 1024;

    private final Map<String, String> environment;
    private final Path file;

    /** Where the Claude CLI looks for a credential, the first one that it finds wins. */
    public enum Source {
        /** The variable {@code ANTHROPIC_AUTH_TOKEN}, for gateways. */
        ANTHROPIC_AUTH_TOKEN,
        /** The variable {@code ANTHROPIC_API_KEY}. */
        ANTHROPIC_API_KEY,
        /** The variable {@code CLAUDE_CODE_OAUTH_TOKEN}. */
        CLAUDE_CODE_OAUTH_TOKEN,
        /** The CLI's own {@code .credentials.json}, which its {@code /login} writes. */
        CLI_FILE;

        /** The name on the wire, in lower case with underscores. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param environment the process's own variables */
    public AmbientCredentials(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        String folder = environment.getOrDefault("CLAUDE_CONFIG_DIR", "");
        Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
        this.file = (folder.isBlank() ? home.resolve(".claude") : Path.of(folder)).resolve(".credentials.json");
    }

    /** All of them, beginning with the one that the CLI would use. Blocks on the disk. */
    public List<Ambient> found() {
        List<Ambient> found = new ArrayList<>();
        variable(Source.ANTHROPIC_AUTH_TOKEN, ClaudeCredential.API_KEY).ifPresent(found::add);
        variable(Source.ANTHROPIC_API_KEY, ClaudeCredential.API_KEY).ifPresent(found::add);
        variable(Source.CLAUDE_CODE_OAUTH_TOKEN, ClaudeCredential.OAUTH_TOKEN).ifPresent(found::add);
        inFile().ifPresent(found::add);
        return List.copyOf(found);
    }

    private Optional<Ambient> variable(Source source, ClaudeCredential method) {
        return environment.getOrDefault(source.name(), "").isBlank()
                ? Optional.empty()
                : Optional.of(new Ambient(source.wireName(), method.wireName(), Optional.empty()));
    }

    /** A file that is missing, unreadable or not understood counts as no credential: it is the CLI's business. */
    private Optional<Ambient> inFile() {
        try (InputStream content = Files.newInputStream(file)) {
            JsonNode oauth = new ObjectMapper()
                    .readTree(content.readNBytes(LARGEST_FILE))
                    .path("claudeAiOauth");
            if (oauth.path("accessToken").asText().isEmpty()) {
                return Optional.empty();
            }
            JsonNode end = oauth.path("expiresAt");
            return Optional.of(new Ambient(
                    Source.CLI_FILE.wireName(),
                    ClaudeCredential.OAUTH_TOKEN.wireName(),
                    end.canConvertToLong() && end.isNumber()
                            ? Optional.of(Instant.ofEpochMilli(end.longValue()))
                            : Optional.empty()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
