package dev.authbridge.command;

import dev.authbridge.claude.AmbientCredentials;
import dev.authbridge.claude.api.AnthropicApi;
import dev.authbridge.claude.api.ApiCertificates;
import dev.authbridge.claude.install.ClaudeInstallation;
import dev.authbridge.claude.install.ClaudeLookup;
import dev.authbridge.claude.install.ClaudeLookup.Considered;
import dev.authbridge.claude.signin.ClaudeSetupToken;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.core.Variables;
import dev.authbridge.credential.Credential;
import dev.authbridge.credential.SeenCredentials.Setting;
import dev.authbridge.notify.NotifiedFile;
import dev.authbridge.notify.Receiver;
import dev.authbridge.store.FileVault;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks everything that a login and a sandbox need, and says how to fix each fault. */
@Command(
        name = "doctor",
        description =
                "Checks what a login and a sandbox need, and says how to fix it. Exit code 1 if something is wrong.")
final class Doctor implements Callable<Integer> {
    /** If the clocks differ by more than this, new certificates and tokens may appear invalid. */
    private static final Duration CLOCK_MAY_DIFFER = Duration.ofMinutes(2);

    private final Surroundings here;
    private boolean well = true;

    @Mixin
    private OwnerOption whose;

    Doctor(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() {
        variables();
        // Before the folder is tried, which closes it again where others could look into it.
        permissions();
        storage();
        credential();
        cli();
        certificates();
        terminal();
        network();
        notifications();
        return well ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void storage() {
        try {
            FileVault vault = here.vault();
            vault.check();
            good("folder", here.dataFolder() + " is writable");
            good("master key", vault.keys().all().size() + " available");
        } catch (CommandFailure | Refusal e) {
            bad("folder", e.getMessage());
        }
    }

    private void variables() {
        Variables read = new Variables(here.environment());
        BridgeVariables named = new BridgeVariables(read);
        named.accessKey();
        named.receiver();
        List<String> faults = new ArrayList<>(read.faults());
        faults.addAll(MisspeltVariables.in(here.environment()));
        faults.forEach(fault -> bad("variables", fault));
        if (faults.isEmpty()) {
            good("variables", "every variable of the bridge that is set is known to it");
        }
    }

    private void permissions() {
        Variables read = new Variables(here.environment());
        BridgeVariables named = new BridgeVariables(read);
        try {
            named.requireSafe(here.dataFolder());
        } catch (CommandFailure e) {
            // The line about the folder has said so.
            return;
        }
        read.faults().forEach(fault -> bad("permissions", fault));
        if (read.faults().isEmpty()) {
            good("permissions", "nobody else can change what the bridge relies on, or read what it keeps to itself");
        }
    }

    private void credential() {
        Optional<String> kind = Optional.empty();
        try {
            Optional<Credential> credential = here.vault().read(whose.owner());
            kind = credential.map(it -> it.kind().wireName());
            if (credential.isPresent()) {
                credential.get().requireInUse();
            }
            good(
                    "credential",
                    credential
                            .map(it -> it.kind().wireName() + " " + it.fingerprint())
                            .orElse(whose.owner() + " is signed out; sign in on the page, or with the command: login"));
            credential.ifPresent(this::successor);
        } catch (CommandFailure | Refusal e) {
            bad("credential", e.getMessage());
        }
        settings(kind);
    }

    private void successor(Credential credential) {
        credential
                .successor(here.clock().instant())
                .ifPresent(waiting -> note(
                        "credential",
                        waiting.fingerprint() + " of another organization waits for a yes or no on the page;"
                                + " the command status says until when"));
    }

    /** @param kind that of the credential; without one, whatever a setting could win over counts */
    private void settings(Optional<String> kind) {
        List<Setting> inTheWay = new AmbientCredentials(here.environment())
                .settings().stream()
                        .filter(setting -> kind.map(setting::outranks).orElse(true))
                        .flatMap(setting -> setting.setting().stream())
                        .toList();
        inTheWay.forEach(setting -> bad("settings", setting.advice()));
        if (inTheWay.isEmpty()) {
            good("settings", "no settings file wins over the credential");
        }
    }

    private void cli() {
        try {
            ClaudeLookup lookup = here.cli();
            lookup.passedOver()
                    .forEach(fault -> bad("Claude CLI", "one is not used, since others could change it: " + fault));
            List<Considered> all = lookup.considered();
            Optional<Considered> chosen = lookup.chosen(all);
            chosen.ifPresentOrElse(
                    it -> cli(it, lookup.said(it), all.size()),
                    () -> bad(
                            "Claude CLI",
                            lookup.isConfigured()
                                    ? lookup.missing()
                                    : "not installed; start the server once, run the command login once, or "
                                            + ClaudeInstallation.BY_HAND));
            all.stream().filter(it -> !chosen.equals(Optional.of(it))).forEach(it -> notUsed(it, chosen));
        } catch (CommandFailure e) {
            bad("Claude CLI", e.getMessage());
        }
    }

    private void cli(Considered chosen, Optional<String> said, int candidates) {
        if (chosen.fault().isPresent()) {
            bad("Claude CLI", chosen.name() + ": " + chosen.fault().get());
        } else if (chosen.version().isEmpty()) {
            bad(
                    "Claude CLI",
                    chosen.name() + " does not report its version"
                            + said.map(words -> " but says: " + words).orElse(", so it is broken; install it again"));
        } else {
            String choice = candidates == 1 ? "" : ", the newest of " + candidates + " that works";
            good("Claude CLI", chosen.version().get() + " at " + chosen.name() + choice);
        }
    }

    /** It costs nothing that another one does not work. */
    private void notUsed(Considered other, Optional<Considered> chosen) {
        boolean same = chosen.flatMap(Considered::version).equals(other.version());
        String why = other.fault()
                .orElse(
                        other.version().isEmpty()
                                ? "it does not report its version"
                                : same ? "it is the same version, and comes later in the search" : "it is older");
        note("Claude CLI", other.version().map(it -> it + " at ").orElse("") + other.name() + " is not used: " + why);
    }

    private void certificates() {
        ApiCertificates certificates = ApiCertificates.read(here.environment());
        certificates.faults().forEach(fault -> bad("certificates", fault));
        if (certificates.faults().isEmpty()) {
            good("certificates", certificates.summary());
        }
        if (here.environment().getOrDefault("NODE_TLS_REJECT_UNAUTHORIZED", "").equals("0")) {
            note(
                    "certificates",
                    "NODE_TLS_REJECT_UNAUTHORIZED=0 is not passed on to the CLI, so a certificate that only this lets through"
                            + " is refused; name its authority in NODE_EXTRA_CA_CERTS");
        }
    }

    private void terminal() {
        try {
            ClaudeSetupToken.openFirstTerminal();
            good("terminal", "programs can be run in a pseudo-terminal");
        } catch (IOException e) {
            bad("terminal", e.getMessage());
        }
    }

    private void network() {
        URI address;
        try {
            address = here.apiUrl();
        } catch (CommandFailure e) {
            bad("service", e.getMessage());
            return;
        }
        AnthropicApi api = new AnthropicApi(address, here.environment(), here.clock());
        String way = api.isProxied() ? "through the proxy of HTTPS_PROXY" : "directly";
        try {
            Optional<Instant> theirs = api.reach().toCompletableFuture().join();
            good("service", address + " answers, " + way);
            theirs.ifPresent(this::clock);
        } catch (CompletionException e) {
            bad(
                    "service",
                    e.getCause().getMessage() + " (" + way + "); check HTTPS_PROXY, NO_PROXY,"
                            + " NODE_EXTRA_CA_CERTS and the firewall");
        }
    }

    /** A line only where somebody is to be told. */
    private void notifications() {
        Optional<Secret> target = new BridgeVariables(new Variables(here.environment())).receiver();
        if (target.isEmpty()) {
            return;
        }
        String receiver = Receiver.of(target.get(), here.environment()).shown();
        try {
            NotifiedFile.Content content = NotifiedFile.in(here.dataFolder()).read();
            content.failure()
                    .ifPresentOrElse(
                            last -> bad(
                                    "notify",
                                    "the last event could not be told, at "
                                            + last.at().truncatedTo(ChronoUnit.SECONDS) + ": " + last.reason()),
                            () -> good(
                                    "notify",
                                    "events are told to " + receiver + "; so far "
                                            + content.told().size()));
        } catch (CommandFailure | IOException e) {
            bad("notify", e.getMessage());
        }
    }

    private void clock(Instant theirs) {
        Duration difference = Duration.between(theirs, here.clock().instant()).abs();
        if (difference.compareTo(CLOCK_MAY_DIFFER) > 0) {
            bad(
                    "clock",
                    "differs from the service's clock by " + difference.toSeconds()
                            + " s; set it, preferably with NTP");
        } else {
            good("clock", "agrees with the service's clock");
        }
    }

    private void good(String what, String how) {
        here.out().printf("ok    %-11s %s%n", what, how);
    }

    private void note(String what, String how) {
        here.out().printf("note  %-11s %s%n", what, how);
    }

    private void bad(String what, String toDo) {
        well = false;
        here.out().printf("WRONG %-11s %s%n", what, toDo);
    }
}
