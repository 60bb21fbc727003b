package dev.authbridge.claude;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.core.Variables;
import dev.authbridge.credential.SeenCredentials.Ambient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The credentials that a Claude finds on this machine without the bridge: in variables of the environment and in the CLI's
 * own files, among them the settings that decide which one it uses. They are only read.
 *
 * <p>The CLI's folder is {@code $CLAUDE_CONFIG_DIR} or {@code ~/.claude}. In it, {@code .credentials.json} has
 * {@code claudeAiOauth.accessToken}, and {@code expiresAt} in milliseconds. {@code .claude.json} is in {@code $CLAUDE_CONFIG_DIR} or
 * in the home folder, and may have a {@code primaryApiKey}.
 */
public final class AmbientCredentials {
    private static final int LARGEST_FILE = 256 * 1024;
    /** It lists what was asked in each folder. */
    private static final int LARGEST_STATE = 16 * 1024 * 1024;

    private static final String VARIABLE = "env.";

    private final Map<String, String> environment;
    private final Path folder;
    private final Path state;
    private final Path workingFolder;
    private final Path administratorFolder;

    /** Where the Claude CLI looks for a credential, the first one that it finds wins. */
    public enum Source {
        /** The variable {@code ANTHROPIC_AUTH_TOKEN}, for gateways. */
        ANTHROPIC_AUTH_TOKEN,
        /** The variable {@code ANTHROPIC_API_KEY}. */
        ANTHROPIC_API_KEY,
        /** The variable {@code CLAUDE_CODE_OAUTH_TOKEN}. */
        CLAUDE_CODE_OAUTH_TOKEN,
        /** The CLI's own {@code .credentials.json}, which its {@code /login} writes. */
        CLI_FILE,
        /** The API key in the CLI's own {@code .claude.json}, which the {@code /login} with a Console account writes. */
        CLI_KEY;

        /** The name on the wire, in lower case with underscores. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        private ClaudeCredential kind() {
            return this == CLAUDE_CODE_OAUTH_TOKEN || this == CLI_FILE
                    ? ClaudeCredential.OAUTH_TOKEN
                    : ClaudeCredential.API_KEY;
        }
    }

    /** @param environment the process's own variables */
    public AmbientCredentials(Map<String, String> environment) {
        this(environment, Path.of(""), SettingsFiles.administratorFolder());
    }

    AmbientCredentials(Map<String, String> environment, Path workingFolder, Path administratorFolder) {
        this.environment = Map.copyOf(environment);
        String named = environment.getOrDefault("CLAUDE_CONFIG_DIR", "");
        Path home = new Variables(environment).home().orElse(Variables.NO_HOME);
        this.folder = named.isBlank() ? home.resolve(".claude") : Path.of(named);
        this.state = (named.isBlank() ? home : folder).resolve(".claude.json");
        this.workingFolder = workingFolder;
        this.administratorFolder = administratorFolder;
    }

    /**
     * All of them, beginning with the one that the CLI would use in the working folder of this process, and at the end what is no
     * credential. Blocks on the disk.
     */
    public List<Ambient> found() {
        SettingsFiles settings = readSettings();
        List<Ambient> found = new ArrayList<>();
        for (String name : SettingsFiles.names()) {
            settings.entry(name).ifPresent(found::add);
            if (!settings.has(name)) {
                variable(name).ifPresent(found::add);
            }
        }
        inFile().ifPresent(found::add);
        keyInState().ifPresent(found::add);
        found.addAll(settings.without());
        return List.copyOf(found);
    }

    /** The settings among them. Blocks on the disk. */
    public List<Ambient> settings() {
        SettingsFiles settings = readSettings();
        List<Ambient> found = new ArrayList<>();
        SettingsFiles.names().forEach(name -> settings.entry(name).ifPresent(found::add));
        found.addAll(settings.without());
        return List.copyOf(found);
    }

    private SettingsFiles readSettings() {
        return new SettingsFiles(folder, workingFolder, administratorFolder);
    }

    /** @param setting the name of the setting that would replace the variable */
    private Optional<Ambient> variable(String setting) {
        for (Source source : Source.values()) {
            if (setting.equals(VARIABLE + source.name())
                    && !environment.getOrDefault(source.name(), "").isBlank()) {
                return Optional.of(ambient(source, Optional.empty()));
            }
        }
        return Optional.empty();
    }

    private static Ambient ambient(Source source, Optional<Instant> expiresAt) {
        return new Ambient(source.wireName(), source.kind().wireName(), expiresAt);
    }

    /** A file that is missing, unreadable or not understood counts as no credential: it is the CLI's business. */
    private Optional<Ambient> inFile() {
        try {
            Optional<byte[]> content = SettingsFiles.bytes(folder.resolve(".credentials.json"), LARGEST_FILE);
            if (content.isEmpty()) {
                return Optional.empty();
            }
            JsonNode oauth = new ObjectMapper().readTree(content.get()).path("claudeAiOauth");
            JsonNode end = oauth.path("expiresAt");
            return Optional.of(ambient(
                            Source.CLI_FILE,
                            end.canConvertToLong() && end.isNumber()
                                    ? Optional.of(Instant.ofEpochMilli(end.longValue()))
                                    : Optional.empty()))
                    .filter(found -> !oauth.path("accessToken").asText().isEmpty());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Reads no more of the file than it has to. */
    private Optional<Ambient> keyInState() {
        try {
            Optional<byte[]> content = SettingsFiles.bytes(state, LARGEST_STATE);
            try (JsonParser parser = new JsonFactory().createParser(content.orElse(new byte[0]))) {
                parser.nextToken();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    boolean key = parser.currentName().equals("primaryApiKey");
                    if (parser.nextToken() == JsonToken.VALUE_STRING
                            && key
                            && !parser.getText().isBlank()) {
                        return Optional.of(ambient(Source.CLI_KEY, Optional.empty()));
                    }
                    parser.skipChildren();
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
