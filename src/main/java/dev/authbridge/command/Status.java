package dev.authbridge.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.authbridge.claude.AmbientCredentials;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.claude.api.AnthropicApi;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.CredentialCheck;
import dev.authbridge.credential.CredentialStatus;
import dev.authbridge.credential.Credentials;
import dev.authbridge.credential.SeenCredentials;
import dev.authbridge.store.FileStore;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what is kept, whether it works and when it ends. */
@Command(
        name = "status",
        description = "Shows the credential that is kept, and others that are here. Exit code 1 when signed out.")
final class Status implements Callable<Integer> {
    private final Surroundings here;

    @Mixin
    private OwnerOption whose;

    @Option(names = "--check", description = "Asks the service first whether it takes the credential.")
    private boolean check;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    Status(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() throws Exception {
        Owner owner = whose.owner();
        Optional<CredentialStatus> kept = kept(owner);
        SeenCredentials seen =
                new SeenCredentials(kept, Optional.empty(), new AmbientCredentials(here.environment()).found());
        StatusReport report = new StatusReport(owner, seen, here.clock().instant());
        if (json) {
            here.out()
                    .println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report.json()));
        } else {
            here.out().print(report.text());
            here.out().flush();
        }
        return kept.isPresent() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private Optional<CredentialStatus> kept(Owner owner) throws Exception {
        URI apiUrl = here.apiUrl();
        // made only when it is asked: an HTTP client takes a while
        CredentialCheck service =
                credential -> new AnthropicApi(apiUrl, here.environment(), here.clock()).ask(credential);
        FileStore store = new FileStore(here.vault(), Runnable::run, Runnable::run);
        Credentials credentials = new Credentials(store, service, ClaudeCredential.KINDS, here.clock());
        try {
            credentials.refresh(owner).join();
            SeenCredentials seen = credentials.seen(owner);
            if (seen.unreadable().isPresent()) {
                throw new Refusal(seen.unreadable().get());
            }
            return check && seen.kept().isPresent()
                    ? Optional.of(
                            credentials.validate(owner).toCompletableFuture().join())
                    : seen.kept();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Refusal known) {
                throw known;
            }
            throw e;
        }
    }
}
