package dev.authbridge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.authbridge.access.Audit;
import dev.authbridge.access.LocalSessions;
import dev.authbridge.access.Sessions;
import dev.authbridge.chat.Chats;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.claude.api.AnthropicApi;
import dev.authbridge.claude.install.ClaudeAvailability;
import dev.authbridge.claude.install.ClaudeInstallation;
import dev.authbridge.claude.install.ClaudeLookup;
import dev.authbridge.claude.install.ClaudeTrial;
import dev.authbridge.claude.signin.ClaudeSetupToken;
import dev.authbridge.core.Hashes;
import dev.authbridge.core.RandomName;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.CheckSchedule;
import dev.authbridge.credential.Credentials;
import dev.authbridge.login.Logins;
import dev.authbridge.notify.Notifications;
import dev.authbridge.notify.NotifiedFile;
import dev.authbridge.notify.Receiver;
import dev.authbridge.store.FileVault;
import dev.authbridge.web.AcceptingTransport;
import dev.authbridge.web.AuthServer;
import dev.authbridge.web.VertxLoop;
import dev.authbridge.web.ops.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The server with all its parts. {@link #start} and {@link #stop} block; they are called from one thread that is not an event loop. */
final class Bridge {
    private static final Logger LOG = System.getLogger(Bridge.class.getName());

    /** Time enough to check and store a token that was shown just before the server stops. */
    private static final Duration LOGINS_END_WITHIN = AnthropicApi.ANSWER_WITHIN.plusSeconds(5);

    private static final Duration FIRST_LOOK_WITHIN = Duration.ofSeconds(10);

    private static final Duration VERTX_ENDS_WITHIN = Duration.ofSeconds(10);

    private static final Duration FILE_IS_WRITTEN_WITHIN = Duration.ofSeconds(2);

    /** A command gets SIGKILL, so this takes a moment at most. */
    private static final Duration NOTIFIER_ENDS_WITHIN = Duration.ofSeconds(6);

    /** Files that are not connections: the program's own, and those of up to a dozen CLIs. */
    private static final int OTHER_FILES = 256;

    private static final int FEWEST_CONNECTIONS = 16;

    private final Config config;
    private final int columns;
    private final Map<String, String> environment;
    private final Vertx vertx = AcceptingTransport.vertx();
    /** Runs CLIs, and writes the list of sessions; each of these keeps its own steps in order. */
    private final ExecutorService cliWorker = Executors.newCachedThreadPool(work -> daemon(work, "cli"));
    /** Writes credentials, one after the other. */
    private final ExecutorService vaultWriter = Executors.newSingleThreadExecutor(work -> daemon(work, "vault-writer"));
    /** Reads credentials, also while a write waits for another process. */
    private final ExecutorService vaultReaders = Executors.newFixedThreadPool(2, work -> daemon(work, "vault-reader"));

    /** Tells events; a receiver that hangs keeps only this one waiting. */
    private final ExecutorService notifier = Executors.newSingleThreadExecutor(work -> daemon(work, "notifier"));

    private final ClaudeAvailability cli;
    private final Health health;
    private AuthServer server;
    private ClaudeSetupToken setupToken;

    Bridge(Config config, Map<String, String> environment) {
        this(config, environment, ClaudeSetupToken.COLUMNS);
    }

    /** @param columns width of the terminal that the CLI draws in */
    Bridge(Config config, Map<String, String> environment, int columns) {
        this.config = config;
        this.columns = columns;
        this.environment = environment;
        ClaudeTrial trial = new ClaudeTrial(environment, InstantSource.system());
        this.health = new Health(trial);
        ClaudeLookup lookup =
                new ClaudeLookup(config.command(), Path.of("").toAbsolutePath(), config.folder(), environment, trial);
        // An installed CLI would not be used if another program is configured.
        boolean installs = config.enabled() && config.command().isEmpty();
        this.cli = new ClaudeAvailability(
                lookup, new ClaudeInstallation(config.folder(), environment, System.err), installs);
    }

    /**
     * Starts the server.
     *
     * @return its address, ending in a slash
     * @throws IOException if it cannot listen; the message says why
     */
    String start() throws IOException {
        VertxLoop loop = new VertxLoop(vertx.getOrCreateContext(), Clock.systemUTC());
        FileVault vault = openVault();
        Logins.Limits limits =
                new Logins.Limits(config.enabled(), config.codeWithin(), config.maxLogins(), config.warm());
        SignIn signIn = SignIn.of(
                environment,
                config.apiUrl(),
                vault,
                cli,
                loop,
                Clock.systemUTC(),
                new SignIn.Workers(cliWorker, vaultReaders, vaultWriter),
                limits,
                columns);
        setupToken = signIn.program();
        look(signIn.credentials());
        server = server(loop, vault, signIn);
        int port = listen();
        loop.execute(new CheckSchedule(signIn.credentials(), loop)::start);
        String address = pageAddress(port);
        announce(address);
        return address;
    }

    /**
     * Opens the vault as far as that can be done: with a folder or key that cannot be used the server starts all the same,
     * says on its page what is to be mended, and goes on once it is.
     */
    private FileVault openVault() {
        try {
            return FileVault.open(config.folder(), config.masterKeys(), ClaudeCredential.KINDS);
        } catch (Refusal e) {
            LOG.log(Level.ERROR, "{0}", e.getMessage());
            return FileVault.readOnly(config.folder(), config.masterKeys(), ClaudeCredential.KINDS);
        }
    }

    /** Reads all credentials, so that the first page shows their status. A failure is shown in the status of its owner, and the read is repeated later. */
    private static void look(Credentials credentials) {
        try {
            credentials.look().toCompletableFuture().get(FIRST_LOOK_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            LOG.log(Level.WARNING, "{0}", Refusal.problemOf(e.getCause()).message());
        } catch (TimeoutException e) {
            LOG.log(Level.WARNING, "the credentials could not be read within {0} s", FIRST_LOOK_WITHIN.toSeconds());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private AuthServer server(VertxLoop loop, FileVault vault, SignIn signIn) {
        Chats chats = new Chats(
                config::chatEnabled,
                cli::find,
                environment,
                config.folder(),
                signIn.credentials(),
                loop,
                cliWorker,
                Chats.Limits.USUAL);
        Metrics metrics = new Metrics();
        config.receiver().ifPresent(target -> notify(target, chats, signIn.credentials(), loop, metrics));
        AuthServer.Settings settings = new AuthServer.Settings(
                config.host(),
                config.port(),
                config.tls(),
                config.behindProxy(),
                config.trustedProxies(),
                config.hosts(),
                config.origins(),
                cookieSuffix(vault),
                config.basePath());
        AuthServer.Parts parts = new AuthServer.Parts(
                signIn.logins(),
                signIn.credentials(),
                chats,
                config.keys(),
                AuthServer.Shared.local(config.keys(), sessions(loop), loop),
                health.readiness(cli, vault, signIn.credentials(), config.contact()),
                metrics,
                new Audit(config.auditInJson(), Clock.systemUTC()),
                loop);
        return new AuthServer(vertx, settings, parts, mostConnections());
    }

    private void notify(Secret target, Chats chats, Credentials credentials, VertxLoop loop, Metrics metrics) {
        Notifications notifications = new Notifications(
                Receiver.of(target, environment),
                NotifiedFile.in(config.folder()),
                credentials,
                loop,
                notifier,
                metrics::notified);
        metrics.gauge(
                "claude_auth_notifications_waiting",
                "Events that the receiver in CLAUDE_AUTH_NOTIFY has not taken yet.",
                notifications::waiting);
        chats.whenSignInNeeded(notifications::chatWaits);
        loop.execute(notifications::start);
    }

    /** As many as configured, or as the files that this process may open allow: the rest is for logins, chats and the disk. */
    private int mostConnections() {
        int wanted = config.maxConnections();
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            return wanted;
        }
        long files = system.getMaxFileDescriptorCount();
        int possible = (int) Math.max(FEWEST_CONNECTIONS, Math.min(wanted, files - OTHER_FILES));
        if (possible < wanted) {
            LOG.log(
                    Level.WARNING,
                    "only {0} connections may be open at once instead of {1} (CLAUDE_AUTH_MAX_CONNECTIONS), because this"
                            + " process may open only {2} files. Raise that to {3}: \"ulimit -n\", LimitNOFILE= in systemd",
                    possible,
                    wanted,
                    files,
                    wanted + OTHER_FILES);
        }
        return possible;
    }

    /** Servers that share the folder have different ports, so each has a file of its own. */
    private Sessions sessions(VertxLoop loop) {
        Path file = config.folder().resolve("sessions-" + config.port());
        return new LocalSessions(config.keys(), config.sessionIdle(), file, loop, cliWorker);
    }

    /** Differs between servers that share the folder, too: each has sessions of its own. */
    private String cookieSuffix(FileVault vault) {
        String id;
        try {
            id = vault.id();
        } catch (Refusal e) {
            LOG.log(
                    Level.WARNING,
                    "browsers have to sign in to this server again after a restart: {0}",
                    e.getMessage());
            id = RandomName.of128Bits();
        }
        byte[] hash = Hashes.sha256("cookies", (id + ":" + config.port()).getBytes(US_ASCII));
        return HexFormat.of().formatHex(hash, 0, 4);
    }

    /** The address at which a browser on this machine finds the server; ends in a slash. */
    private String pageAddress(int port) {
        String scheme = config.tls().isPresent() ? "https" : "http";
        return scheme + "://" + forBrowsers(config.host()) + ":" + port
                + config.basePath().prefix() + "/";
    }

    /** No browser can open an address that stands for every address of this machine. */
    private static String forBrowsers(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            if (address.isAnyLocalAddress()) {
                return "localhost";
            }
            return host.contains(":") ? "[" + host + "]" : host;
        } catch (UnknownHostException e) {
            return host;
        }
    }

    private void announce(String address) {
        LOG.log(Level.INFO, "listening on {0}, credentials in {1}", address, config.folder());
        if (config.chat().isEmpty() && !config.chatEnabled()) {
            LOG.log(
                    Level.INFO,
                    "the chat is off, since several owners sign in here; read docs/chat.md before you set CLAUDE_AUTH_CHAT");
        }
        if (!config.enabled()) {
            LOG.log(Level.WARNING, "signing in is switched off: CLAUDE_AUTH_ENABLED is false");
        }
    }

    /**
     * Begins to install the CLI where there is none, and removes what is left of an installation that was killed. Returns at
     * once; logins that are started meanwhile wait for the CLI.
     */
    void provideCli() {
        cli.start();
    }

    /** Does the slow work of a first login in advance; until then the server is not ready. */
    void warmUp() {
        health.openTerminal();
        try {
            setupToken.warmUp();
        } catch (IOException e) {
            LOG.log(Level.ERROR, "the CLI cannot be run: {0}", e.getMessage());
        }
    }

    /** Ends everything that was started: within two seconds usually, and half a minute at most. */
    void stop(Duration drain) {
        cli.close();
        // Ends a command that runs; what it should have been told is told after the next start.
        notifier.shutdownNow();
        try {
            await(server.stop(drain), LOGINS_END_WITHIN.plus(drain));
            await(vertx.close(), VERTX_ENDS_WITHIN);
            cli.awaitEnd();
            notifier.awaitTermination(NOTIFIER_ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(Level.WARNING, "stopping: not everything ended in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        endWorkers();
        LOG.log(Level.INFO, "stopped");
    }

    /** What is being written, such as that a session has ended, is still written. */
    private void endWorkers() {
        try {
            for (ExecutorService worker : List.of(vaultReaders, vaultWriter, cliWorker)) {
                worker.shutdown();
                worker.awaitTermination(FILE_IS_WRITTEN_WITHIN.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int listen() throws IOException {
        try {
            return await(server.start(), Duration.ofSeconds(30));
        } catch (ExecutionException e) {
            throw new IOException(
                    "cannot listen on " + config.host() + " port " + config.port() + ": "
                            + e.getCause().getMessage() + " (see CLAUDE_AUTH_HOST and CLAUDE_AUTH_PORT)",
                    e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("did not begin to listen in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static <T> T await(Future<T> future, Duration limit)
            throws ExecutionException, InterruptedException, TimeoutException {
        return future.toCompletionStage().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }
}
