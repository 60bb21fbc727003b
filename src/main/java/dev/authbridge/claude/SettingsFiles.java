package dev.authbridge.claude;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.authbridge.core.OneLine;
import dev.authbridge.credential.CredentialKind;
import dev.authbridge.credential.SeenCredentials.Ambient;
import dev.authbridge.credential.SeenCredentials.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The entries of the CLI's settings files that decide which credential it uses, or who gets it, whatever its environment says.
 * No value of an entry is kept or told, since it may be a secret.
 *
 * <p>Measured with 2.1.250 and 2.1.332: an entry of the administrator's files wins over one of the working folder, and that over
 * one of the user. The working folder's files count also where nobody was asked whether to trust it. A file that is not valid
 * counts for nothing.
 */
final class SettingsFiles {
    private static final String SOURCE = "settings_file";
    private static final String HELPER = "apiKeyHelper";
    private static final String LOGIN_METHOD = "forceLoginMethod";
    private static final String TOKEN = "env.CLAUDE_CODE_OAUTH_TOKEN";
    private static final String KEY = "env.ANTHROPIC_API_KEY";
    private static final String HEADERS = "env.ANTHROPIC_CUSTOM_HEADERS";
    private static final String SIGN_IN_SERVICE = "env.CLAUDE_CODE_CUSTOM_OAUTH_URL";
    private static final String CERTIFICATES = "env.NODE_TLS_REJECT_UNAUTHORIZED";

    private static final String AUTHORITIES = "env.NODE_EXTRA_CA_CERTS";

    private static final String INVALID = "is not valid JSON, so Claude ignores it";
    private static final String OF_WRONG_TYPE = "has an " + HELPER + " or env of a wrong type, so Claude ignores it";
    private static final String UNREADABLE = "cannot be read, so it is not known what is in it";

    /** Measured with 2.1.332. */
    private static final Set<String> IGNORED_IN_WORKING_FOLDER =
            Set.of(TOKEN, CERTIFICATES, "env." + BareMode.VARIABLE);

    private static final String TOO_COMPLEX =
            "is too deeply nested, or has too long a name or number, so it is not known what is in it";

    private static final int LONGEST_PATH = 1_000;
    private static final int LARGEST_FILE = 1024 * 1024;
    private static final int MOST_DROP_INS = 50;

    private static final Set<String> TOKENS = Set.of(CredentialKind.SIGN_IN_TOKEN);
    private static final Set<String> KEYS = Set.of(CredentialKind.API_KEY);
    private static final Set<String> BOTH = Set.of(CredentialKind.SIGN_IN_TOKEN, CredentialKind.API_KEY);

    /** The values with which a switch is off (measured for 0). */
    private static final Set<String> OFF = Set.of("", "0", "false", "no", "off");

    private static final List<String> PROVIDERS =
            List.of("BEDROCK", "VERTEX", "FOUNDRY", "MANTLE", "ANTHROPIC_AWS", "ANTHROPIC_GOOGLE_CLOUD");

    private static final Map<String, Effect> EFFECTS = effects();

    private final Map<String, Entry> first = new HashMap<>();
    private final List<Ambient> without = new ArrayList<>();

    private enum Scope {
        ADMINISTRATOR,
        WORKING_FOLDER,
        USER
    }

    private record Place(Scope scope, Path file) {}

    /**
     * What an entry does.
     *
     * @param method what Claude uses because of it, as in {@link Ambient}
     * @param outranks the kinds of credential that it keeps from being used, or gives to others
     * @param says the same in words, after the entry and its file
     */
    private record Effect(String method, Set<String> outranks, String says) {}

    /** The entry that counts of all with its name. Its effect is empty if it only undoes the others. */
    private record Entry(Place place, Optional<Effect> effect) {}

    /** A file that is not used. The message says why, after the file's name, and repeats nothing of it. */
    private static final class Unusable extends IOException {
        private static final long serialVersionUID = 1;

        private final boolean ignored;

        /** @param ignored whether Claude ignores it, too; else it may obey what is in it */
        Unusable(String why, boolean ignored) {
            super(why);
            this.ignored = ignored;
        }

        boolean isIgnored() {
            return ignored;
        }
    }

    /**
     * Reads the files. Blocks on the disk.
     *
     * @param userFolder the CLI's own folder, {@code ~/.claude} or {@code $CLAUDE_CONFIG_DIR}
     * @param workingFolder where Claude is started
     * @param administratorFolder such as {@link #administratorFolder()}
     */
    SettingsFiles(Path userFolder, Path workingFolder, Path administratorFolder) {
        dropIns(administratorFolder.resolve("managed-settings.d"))
                .forEach(file -> read(new Place(Scope.ADMINISTRATOR, file)));
        read(new Place(Scope.ADMINISTRATOR, administratorFolder.resolve("managed-settings.json")));
        Path working = workingFolder.toAbsolutePath().normalize();
        Path project = working.resolve(".claude");
        Path user = userFolder.toAbsolutePath().normalize();
        read(new Place(Scope.WORKING_FOLDER, project.resolve("settings.local.json")));
        repository(working)
                .filter(root -> !root.equals(working))
                .ifPresent(root -> read(new Place(Scope.WORKING_FOLDER, root.resolve(".claude/settings.local.json"))));
        if (!project.equals(user)) {
            read(new Place(Scope.WORKING_FOLDER, project.resolve("settings.json")));
        }
        read(new Place(Scope.USER, user.resolve("settings.json")));
    }

    /** The folder of the administrator's settings on this machine. */
    static Path administratorFolder() {
        boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
        return Path.of(mac ? "/Library/Application Support/ClaudeCode" : "/etc/claude-code");
    }

    /** The names of the entries that matter; that which wins over the others comes first. */
    static List<String> names() {
        return List.copyOf(EFFECTS.keySet());
    }

    /** The entry of this name, if there is one and it does anything. */
    Optional<Ambient> entry(String name) {
        return Optional.ofNullable(first.get(name))
                .flatMap(entry -> entry.effect().map(effect -> told(entry.place(), name, effect)));
    }

    /** Whether there is an entry of this name, which may be empty. */
    boolean has(String name) {
        return first.containsKey(name);
    }

    /** The files that cannot be used, and entries that other versions of the CLI obey. */
    List<Ambient> without() {
        return List.copyOf(without);
    }

    private static Map<String, Effect> effects() {
        Map<String, Effect> effects = new LinkedHashMap<>();
        effects.put(
                HEADERS,
                new Effect(Ambient.OTHER, BOTH, "sends a credential of its own in place of that of the bridge"));
        for (String provider : PROVIDERS) {
            effects.put(
                    "env.CLAUDE_CODE_USE_" + provider,
                    new Effect(
                            Ambient.OTHER,
                            BOTH,
                            "makes Claude use another provider, and not the credential of the bridge"));
        }
        Effect wins = new Effect(CredentialKind.API_KEY, BOTH, "wins over the credential of the bridge");
        effects.put("env.ANTHROPIC_AUTH_TOKEN", wins);
        effects.put(HELPER, wins);
        effects.put(KEY, wins);
        effects.put(TOKEN, new Effect(CredentialKind.SIGN_IN_TOKEN, TOKENS, wins.says()));
        effects.put(
                "env." + BareMode.VARIABLE,
                new Effect(Ambient.NONE, TOKENS, "makes Claude ignore sign-in tokens, as the option --bare does"));
        effects.put(
                "env.ANTHROPIC_BASE_URL",
                new Effect(Ambient.NONE, BOTH, "sends the credential to another address than that of its service"));
        effects.put(LOGIN_METHOD, new Effect(Ambient.NONE, KEYS, "makes Claude refuse API keys"));
        effects.put(
                SIGN_IN_SERVICE,
                new Effect(Ambient.NONE, TOKENS, "names another sign-in service, so Claude refuses to use a token"));
        effects.put(
                CERTIFICATES,
                new Effect(
                        Ambient.NONE, BOTH, "turns the check of certificates off, so others can read the credential"));
        // Measured with 2.1.332: together with HTTPS_PROXY in the same file, the token goes to whoever has the
        // authority's key.
        effects.put(
                AUTHORITIES,
                new Effect(
                        Ambient.NONE,
                        BOTH,
                        "makes Claude trust a certificate authority of this folder's choice, which can read the credential"));
        return effects;
    }

    private void read(Place place) {
        try {
            Optional<byte[]> content = bytes(place.file(), LARGEST_FILE);
            if (content.isPresent()) {
                entries(content.get()).forEach((name, value) -> note(place, name, value));
            }
        } catch (Unusable e) {
            without.add(unread(place, e.getMessage(), !e.isIgnored()));
        } catch (IOException e) {
            without.add(unread(place, UNREADABLE, true));
        }
    }

    /** The helper and the variables by their names. Not read into a tree, which would slow the start of {@code exec} down. */
    private static Map<String, String> entries(byte[] content) throws Unusable {
        Map<String, String> entries = new LinkedHashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(content)) {
            if (parser.nextToken() == null) {
                return entries;
            }
            require(parser.currentToken() == JsonToken.START_OBJECT, "is not a JSON object, so Claude ignores it");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals(HELPER)) {
                    require(value == JsonToken.VALUE_STRING, OF_WRONG_TYPE);
                    entries.put(HELPER, parser.getText());
                } else if (name.equals(LOGIN_METHOD) && value == JsonToken.VALUE_STRING) {
                    entries.put(LOGIN_METHOD, parser.getText());
                } else if (name.equals("env") && value != JsonToken.VALUE_NULL) {
                    require(value == JsonToken.START_OBJECT, OF_WRONG_TYPE);
                    variables(parser, entries);
                }
                parser.skipChildren();
            }
            require(parser.nextToken() == null, INVALID);
        } catch (Unusable e) {
            throw e;
        } catch (StreamConstraintsException e) {
            // The limits are those of the parser here; Claude has others.
            throw new Unusable(TOO_COMPLEX, false);
        } catch (IOException e) {
            // Not its message: it repeats a part of the file.
            throw new Unusable(INVALID, true);
        }
        return entries;
    }

    private static void variables(JsonParser parser, Map<String, String> entries) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = "env." + parser.currentName();
            // Measured: whatever is no text counts as a text, even null and objects.
            entries.put(name, parser.nextToken().isScalarValue() ? parser.getText() : "an object");
            parser.skipChildren();
        }
    }

    private static void require(boolean holds, String otherwise) throws Unusable {
        if (!holds) {
            throw new Unusable(otherwise, true);
        }
    }

    private void note(Place place, String name, String value) {
        if (!EFFECTS.containsKey(name)) {
            return;
        }
        if (name.equals(LOGIN_METHOD) && place.scope() != Scope.ADMINISTRATOR) {
            // In the user's file it only matters to sign-ins with that file; the bridge's are made without it.
            return;
        }
        if (name.equals(AUTHORITIES) && place.scope() != Scope.WORKING_FOLDER) {
            // Users and administrators trust the authority of their own network in this way.
            return;
        }
        if (place.scope() == Scope.WORKING_FOLDER && IGNORED_IN_WORKING_FOLDER.contains(name)) {
            if (name.equals(TOKEN)) {
                // Measured: obeyed by 2.1.150 to 2.1.300, ignored by 2.1.315 to 2.1.332.
                String says = "wins over the credential of the bridge in versions of Claude before 2.1.315";
                without.add(told(place, name, new Effect(Ambient.NONE, TOKENS, says)));
            }
            return;
        }
        first.putIfAbsent(name, new Entry(place, effect(name, value.strip())));
    }

    private static Optional<Effect> effect(String name, String value) {
        Effect effect = EFFECTS.get(name);
        if (name.equals(LOGIN_METHOD) && value.equals("console")) {
            return Optional.of(
                    new Effect(effect.method(), BOTH, effect.says() + " and sign-ins of claude setup-token"));
        }
        if (name.equals(HELPER) && value.contains(" key-helper")) {
            // The bridge's own command, which hands out an API key that is kept, but no token.
            return Optional.of(new Effect(effect.method(), TOKENS, effect.says()));
        }
        if (value.isEmpty() && (name.equals(TOKEN) || name.equals(KEY))) {
            Set<String> kinds = name.equals(KEY) ? KEYS : TOKENS;
            return Optional.of(new Effect(Ambient.NONE, kinds, "is empty and takes the credential of the bridge away"));
        }
        return Optional.of(effect).filter(does -> isOn(name, value.toLowerCase(Locale.ROOT)));
    }

    private static boolean isOn(String name, String value) {
        if (name.equals(CERTIFICATES)) {
            return value.equals("0");
        }
        if (name.equals(HEADERS)) {
            return value.contains("authorization") || value.contains("x-api-key");
        }
        boolean isSwitch = name.startsWith("env.CLAUDE_CODE_") && !name.equals(TOKEN) && !name.equals(SIGN_IN_SERVICE);
        return isSwitch ? !OFF.contains(value) : !value.isEmpty();
    }

    private static Ambient told(Place place, String name, Effect effect) {
        String toDo = place.scope() == Scope.ADMINISTRATOR
                ? ". Only the administrator of this machine can change that."
                : ". Unless you mean that, remove it from the file.";
        return ambient(place, name, effect, name + " in " + shown(place) + " " + effect.says() + toDo, false);
    }

    private static Ambient unread(Place place, String why, boolean mayBeObeyed) {
        String advice = shown(place) + " " + why + ". Correct or remove it.";
        return ambient(place, "", new Effect(Ambient.NONE, BOTH, ""), advice, mayBeObeyed);
    }

    /** Whoever makes a working folder chooses its name. */
    private static String shown(Place place) {
        return OneLine.of(place.file().toString(), LONGEST_PATH);
    }

    private static Ambient ambient(Place place, String name, Effect effect, String advice, boolean unknown) {
        return new Ambient(
                SOURCE,
                effect.method(),
                Optional.empty(),
                Optional.of(new Setting(shown(place), name, advice, effect.outranks(), unknown)));
    }

    /** The Git repository that a folder is in: its local settings count in its subfolders (measured with 2.1.332). */
    private static Optional<Path> repository(Path folder) {
        for (Path each = folder; each != null; each = each.getParent()) {
            if (Files.exists(each.resolve(".git"))) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** The administrator's further files, the one that wins over the others first. */
    private List<Path> dropIns(Path folder) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.json")) {
            all.forEach(files::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException | DirectoryIteratorException e) {
            without.add(unread(new Place(Scope.ADMINISTRATOR, folder), UNREADABLE, true));
            return List.of();
        }
        files.removeIf(file -> file.getFileName().toString().startsWith("."));
        files.sort(Comparator.reverseOrder());
        return files.subList(0, Math.min(files.size(), MOST_DROP_INS));
    }

    /**
     * What is in a file of the CLI's; empty if there is none. Waits for no pipe and reads no device.
     *
     * @throws IOException if it cannot be read, is no ordinary file, or is larger than any that the CLI writes
     */
    static Optional<byte[]> bytes(Path file, int largest) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            if (isBelowFile(file)) {
                return Optional.empty();
            }
            throw e;
        }
        if (!attributes.isRegularFile()) {
            throw new Unusable("is not an ordinary file, so it is not known what is in it", false);
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(largest + 1);
            if (content.length > largest) {
                throw new Unusable("is larger than " + largest + " bytes, so it is not known what is in it", false);
            }
            return Optional.of(content);
        }
    }

    /** Whether nothing can be there: HOME may be /dev/null, for example. */
    private static boolean isBelowFile(Path file) {
        Path above = file.toAbsolutePath().getParent();
        while (above != null && !Files.exists(above)) {
            above = above.getParent();
        }
        return above != null && !Files.isDirectory(above);
    }
}
