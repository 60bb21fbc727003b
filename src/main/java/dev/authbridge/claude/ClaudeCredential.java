package dev.authbridge.claude;

import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.CredentialKind;
import dev.authbridge.credential.SandboxVariables;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The kinds of credential that Claude can be given.
 *
 * <p>Their prefixes change: tokens were {@code sk-ant-oat01-} and became {@code sk-ant-at01-} for some (measured and
 * reported), so only {@code sk-ant-} is required. No message repeats any of the secret.
 */
public enum ClaudeCredential implements CredentialKind {
    /** The one-year token of {@code claude setup-token}, billed to a Claude subscription. */
    OAUTH_TOKEN(
            CredentialKind.SIGN_IN_TOKEN,
            "access token",
            // The CLI says "valid for 1 year" and shows no date.
            Optional.of(Duration.ofDays(365)),
            "https://claude.ai/settings/claude-code",
            "CLAUDE_CODE_OAUTH_TOKEN",
            "ANTHROPIC_API_KEY"),
    /** An API key from the vendor's console, billed by use. */
    API_KEY(
            CredentialKind.API_KEY,
            "API key",
            Optional.empty(),
            "https://platform.claude.com/settings/keys",
            "ANTHROPIC_API_KEY",
            "CLAUDE_CODE_OAUTH_TOKEN");

    /** All kinds, by which a store recognizes what it has kept. */
    public static final List<CredentialKind> KINDS = List.of(OAUTH_TOKEN, API_KEY);

    /** The characters of a token (measured). */
    private static final int USUAL_LENGTH = 108;

    private static final Pattern SHAPE = Pattern.compile("sk-ant-[A-Za-z0-9._~+/=-]{13,1017}");
    private static final Pattern TOKEN_PREFIX = Pattern.compile("sk-ant-o?at[0-9]");
    /** Of a refresh token, and of a browser's session at the vendor. */
    private static final Pattern OTHER_PREFIX = Pattern.compile("sk-ant-(ort|sid)[0-9]");

    private static final Pattern KEY_PREFIX = Pattern.compile("sk-ant-(api|admin)[0-9]");

    /**
     * Variables that would keep the CLI from using the credential. Measured with 2.1.330: with any {@code USE_…} it reports
     * {@code third_party} in spite of the token, and with any {@code …_FILE_DESCRIPTOR} it waits for ever. It reads the others,
     * too, and where they are set they belong to another session.
     */
    private static final List<String> CONFLICTING = List.of(
            "ANTHROPIC_AUTH_TOKEN",
            "CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR",
            "CLAUDE_CODE_OAUTH_REFRESH_TOKEN",
            "CLAUDE_CODE_OAUTH_SCOPES",
            "CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR",
            "CLAUDE_CODE_SESSION_ACCESS_TOKEN",
            "CLAUDE_CODE_USE_BEDROCK",
            "CLAUDE_CODE_USE_VERTEX",
            "CLAUDE_CODE_USE_FOUNDRY",
            "CLAUDE_CODE_USE_MANTLE",
            "CLAUDE_CODE_USE_GATEWAY",
            "CLAUDE_CODE_USE_ANTHROPIC_AWS",
            "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD");

    /**
     * Variables with which the CLI would hand the credential to somebody else than the vendor (measured with 2.1.150, 2.1.250 and
     * 2.1.332): another address, in the clear if it says {@code http}; headers that replace those with the credential; a
     * socket; a connection whose certificate nobody checks; code that is loaded into the CLI ({@code BUN_OPTIONS}, and since
     * some version {@code BUN_INSPECT_PRELOAD}); requests that are printed with their headers ({@code BUN_CONFIG_VERBOSE_FETCH},
     * up to some version). Some were only found in the program: the addresses for uploaded files, for speech and for the
     * browser extension.
     *
     * <p>Proxies and further certificate authorities are not among them: they are how this machine's network is, and TLS
     * protects the credential from a proxy.
     */
    private static final List<String> DIVERTING = List.of(
            "ANTHROPIC_BASE_URL",
            "ANTHROPIC_CUSTOM_HEADERS",
            "ANTHROPIC_UNIX_SOCKET",
            "CLAUDE_CODE_API_BASE_URL",
            "CLAUDE_CODE_CUSTOM_OAUTH_URL",
            "VOICE_STREAM_BASE_URL",
            "USE_LOCAL_OAUTH",
            "USE_STAGING_OAUTH",
            "LOCAL_BRIDGE",
            "NODE_TLS_REJECT_UNAUTHORIZED",
            "BUN_CONFIG_VERBOSE_FETCH",
            "BUN_INSPECT",
            "BUN_INSPECT_CONNECT_TO",
            "BUN_INSPECT_PRELOAD",
            "BUN_OPTIONS");

    /**
     * The variable with which the CLI keeps credentials from the commands, hooks and MCP servers that it starts. Without it, they
     * get an API key in their environment, and can read a token from the CLI's own in {@code /proc} (measured with 2.1.332).
     */
    public static final Map<String, String> SCRUBBING = Map.of("CLAUDE_CODE_SUBPROCESS_ENV_SCRUB", "1");

    private final String wireName;
    private final String forPeople;
    private final Optional<Duration> lifetime;
    private final String revocationPage;
    private final String variable;
    private final String otherVariable;

    ClaudeCredential(
            String wireName,
            String forPeople,
            Optional<Duration> lifetime,
            String revocationPage,
            String variable,
            String otherVariable) {
        this.wireName = wireName;
        this.forPeople = forPeople;
        this.lifetime = lifetime;
        this.revocationPage = revocationPage;
        this.variable = variable;
        this.otherVariable = otherVariable;
    }

    /** @throws Refusal {@code credential_invalid} if it cannot be an access token */
    public static Credential token(Secret token, Instant madeAt) throws Refusal {
        return Credential.of(OAUTH_TOKEN, token, madeAt);
    }

    /** @throws Refusal {@code credential_invalid} if it cannot be an API key */
    public static Credential apiKey(String pasted, Instant madeAt) throws Refusal {
        return Credential.of(API_KEY, new Secret(pasted), madeAt);
    }

    @Override
    public String wireName() {
        return wireName;
    }

    @Override
    public Optional<Duration> lifetime() {
        return lifetime;
    }

    @Override
    public String revocationPage() {
        return revocationPage;
    }

    /** Whether what was pasted is shorter than the tokens that the CLI shows; a terminal may have cut it. */
    public static boolean isShort(String pasted) {
        try {
            return PastedCredential.read(pasted).length() < USUAL_LENGTH;
        } catch (Refusal e) {
            return false;
        }
    }

    static boolean mayContain(char character) {
        return character >= 'a' && character <= 'z'
                || character >= 'A' && character <= 'Z'
                || character >= '0' && character <= '9'
                || "._~+/=-".indexOf(character) >= 0;
    }

    @Override
    public String secretIn(String pasted) throws Refusal {
        return PastedCredential.read(pasted);
    }

    @Override
    public void requireShape(String secret) throws Refusal {
        if (secret.isEmpty()) {
            throw refused("The " + forPeople + " is empty.");
        }
        if (!secret.chars().allMatch(character -> character > ' ' && character < 0x7F)) {
            throw refused("That " + forPeople + " has blanks or characters in it that none has. Copy it again, whole.");
        }
        if (!secret.startsWith("sk-ant-")) {
            throw refused("That is no " + forPeople + ": it does not begin with sk-ant-.");
        }
        if (!SHAPE.matcher(secret).matches()) {
            throw refused("That " + forPeople + " has " + secret.length()
                    + " characters or a character that none has. Copy it again, whole.");
        }
        if (OTHER_PREFIX.matcher(secret).lookingAt()) {
            throw refused("That belongs to a login that is renewed again and again; it is not what claude setup-token"
                    + " prints, and no " + forPeople + ".");
        }
        if (this == API_KEY && TOKEN_PREFIX.matcher(secret).lookingAt()) {
            throw refused("That is an access token, not an API key. Sign in with Claude, or take it over as a token.");
        }
        if (secret.startsWith("sk-ant-admin")) {
            throw refused("That is an admin key, which no Claude can use. Make an ordinary API key.");
        }
        if (this == OAUTH_TOKEN && KEY_PREFIX.matcher(secret).lookingAt()) {
            throw refused("That is an API key, not an access token. Store it as an API key instead.");
        }
    }

    private static Refusal refused(String message) {
        return new Refusal(Reason.CREDENTIAL_INVALID, message);
    }

    /** The programs without which the CLI does not start, or runs no command, with {@link #SCRUBBING} (measured). */
    public static List<String> scrubbingNeeds() {
        return System.getProperty("os.name").equals("Linux") ? List.of("bwrap", "socat") : List.of();
    }

    @Override
    public SandboxVariables sandboxVariables(String secret) {
        List<String> unset = new ArrayList<>(List.of(otherVariable));
        unset.addAll(CONFLICTING);
        if (this == OAUTH_TOKEN) {
            unset.add(BareMode.VARIABLE);
        }
        unset.addAll(DIVERTING);
        return new SandboxVariables(Map.of(variable, secret), unset, DIVERTING);
    }
}
