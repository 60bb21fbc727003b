package dev.authbridge.claude;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.credential.AmbientCredential;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a Claude finds here without the bridge: the variables of the environment and the CLI's own file. Read only.
 *
 * <p>The file is {@code $CLAUDE_CONFIG_DIR/.credentials.json} or {@code ~/.claude/.credentials.json}, with
 * {@code claudeAiOauth.accessToken} and {@code expiresAt} in milliseconds.
 */
public final class AmbientCredentials {
    private static final int LARGEST_FILE = 256 * 1024;

    private final Map<String, String> environment;
    private final Path file;

    /** @param environment the process's own variables */
    public AmbientCredentials(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        String folder = environment.getOrDefault("CLAUDE_CONFIG_DIR", "");
        Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
        this.file = (folder.isBlank() ? home.resolve(".claude") : Path.of(folder)).resolve(".credentials.json");
    }

    /** All of them, the one that wins first. Blocks on the disk. */
    public List<AmbientCredential> found() {
        List<AmbientCredential> found = new ArrayList<>();
        variable(CredentialSource.ANTHROPIC_AUTH_TOKEN, ClaudeCredential.API_KEY)
                .ifPresent(found::add);
        variable(CredentialSource.ANTHROPIC_API_KEY, ClaudeCredential.API_KEY).ifPresent(found::add);
        variable(CredentialSource.CLAUDE_CODE_OAUTH_TOKEN, ClaudeCredential.OAUTH_TOKEN)
                .ifPresent(found::add);
        inFile().ifPresent(found::add);
        return List.copyOf(found);
    }

    private Optional<AmbientCredential> variable(CredentialSource source, ClaudeCredential method) {
        return environment.getOrDefault(source.name(), "").isBlank()
                ? Optional.empty()
                : Optional.of(new AmbientCredential(source.wireName(), method.wireName(), Optional.empty()));
    }

    /** A file that is not there, not readable or not understood is no credential: it is the CLI's business. */
    private Optional<AmbientCredential> inFile() {
        try (InputStream content = Files.newInputStream(file)) {
            JsonNode oauth = new ObjectMapper()
                    .readTree(content.readNBytes(LARGEST_FILE))
                    .path("claudeAiOauth");
            if (oauth.path("accessToken").asText().isEmpty()) {
                return Optional.empty();
            }
            JsonNode end = oauth.path("expiresAt");
            return Optional.of(new AmbientCredential(
                    CredentialSource.CLI_FILE.wireName(),
                    ClaudeCredential.OAUTH_TOKEN.wireName(),
                    end.canConvertToLong() && end.isNumber()
                            ? Optional.of(Instant.ofEpochMilli(end.longValue()))
                            : Optional.empty()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
