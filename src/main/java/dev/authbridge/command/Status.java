package dev.authbridge.command;

import dev.authbridge.claude.AmbientCredentials;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.CredentialCheck;
import dev.authbridge.credential.CredentialFields;
import dev.authbridge.credential.CredentialKind;
import dev.authbridge.credential.CredentialStatus;
import dev.authbridge.credential.Credentials;
import dev.authbridge.credential.SeenCredentials;
import dev.authbridge.credential.SeenCredentials.Ambient;
import dev.authbridge.credential.SeenCredentials.Setting;
import dev.authbridge.protocol.MessageCodec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
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
        Report report = new Report(owner, seen, here.clock().instant());
        if (json) {
            here.out().println(MessageCodec.writeIndented(report.json()));
        } else {
            here.out().print(report.text());
            here.out().flush();
        }
        return kept.isPresent() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private Optional<CredentialStatus> kept(Owner owner) throws CommandFailure, Refusal {
        Credentials credentials = here.credentials(here.vault());
        credentials.refresh(owner).join();
        SeenCredentials seen = credentials.seen(owner);
        if (seen.unreadable().isPresent()) {
            throw new Refusal(seen.unreadable().get());
        }
        return check && seen.kept().isPresent()
                ? Optional.of(Surroundings.await(credentials.validate(owner)))
                : seen.kept();
    }

    /**
     * The status in words and as JSON; the JSON has the names of the wire.
     *
     * @param owner whose
     * @param seen what was found
     * @param now the time of the report
     */
    private record Report(Owner owner, SeenCredentials seen, Instant now) {
        private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT)
                .withZone(ZoneOffset.UTC);
        private static final Map<String, String> CLI_FILES = Map.of(
                AmbientCredentials.Source.CLI_FILE.wireName(), "the CLI's own .credentials.json",
                AmbientCredentials.Source.CLI_KEY.wireName(), "the API key of the CLI's own login");

        String text() {
            Map<String, String> lines = new LinkedHashMap<>();
            lines.put("Owner", owner.name());
            if (seen.kept().isPresent()) {
                describe(seen.kept().get(), lines);
            } else {
                lines.put("Signed in", "no");
            }
            StringBuilder text = new StringBuilder();
            lines.forEach((name, value) -> text.append("%-11s %s%n".formatted(name + ":", value)));
            for (Ambient other : seen.ambient()) {
                text.append("Also here:  %s%n".formatted(place(other)));
            }
            if (seen.conflict()) {
                text.append("Conflict:   a Claude started by hand uses %s%n"
                        .formatted(seen.ambientUsedByHand().map(Report::name).orElse("nothing")));
                if (seen.kept().isPresent()) {
                    text.append("            one started through exec uses %s%n"
                            .formatted(seen.ambientUsedThroughBridge()
                                    .map(Report::name)
                                    .orElse("the bridge's")));
                }
            }
            for (Ambient setting : seen.inTheWay()) {
                text.append("In the way: %s%n"
                        .formatted(setting.setting().orElseThrow().advice()));
            }
            return text.toString();
        }

        private void describe(CredentialStatus status, Map<String, String> lines) {
            lines.put(
                    "Signed in",
                    (status.summary().method().equals(CredentialKind.API_KEY)
                                    ? "with an API key, "
                                    : "with a sign-in token, ")
                            + status.summary().fingerprint());
            if (!status.label().isEmpty()) {
                lines.put("Label", status.label());
            }
            status.heldSince()
                    .ifPresent(since -> lines.put(
                            "Held back", "since " + TIME.format(since) + "; nobody gets it until: hold --release"));
            status.organization().ifPresent(organization -> lines.put("Belongs to", "organization " + organization));
            status.successor()
                    .filter(waiting -> now.isBefore(waiting.until()))
                    .ifPresent(waiting -> lines.put(
                            "Waits",
                            waiting.summary().fingerprint() + " of organization " + waiting.organization()
                                    + ", for a yes or no on the page until " + TIME.format(waiting.until())));
            lines.put("Since", TIME.format(status.summary().madeAt()));
            status.summary().expiresAt().ifPresent(end -> lines.put("Until", until(end)));
            lines.put("Service", status.lastCheck().map(Report::said).orElse("not asked yet"));
            lines.put("Last used", status.lastUsed().map(TIME::format).orElse("never"));
        }

        private String until(Instant end) {
            long days = Duration.between(now, end).toDays();
            String left = end.isBefore(now) ? "ended: sign in again" : days + (days == 1 ? " day left" : " days left");
            return TIME.format(end) + " (estimated), " + left;
        }

        private static String said(CredentialCheck.Result check) {
            return check.validity().wireName() + ": " + check.said() + " (" + TIME.format(check.checkedAt()) + ")";
        }

        private static String place(Ambient other) {
            return name(other)
                    + other.expiresAt()
                            .map(end -> ", until " + TIME.format(end))
                            .orElse("");
        }

        private static String name(Ambient other) {
            if (other.setting().isPresent()) {
                Setting setting = other.setting().get();
                return setting.entry().isEmpty() ? setting.file() : setting.entry() + " in " + setting.file();
            }
            return CLI_FILES.getOrDefault(
                    other.source(), other.source().toUpperCase(Locale.ROOT) + " of the environment");
        }

        Json json() {
            CredentialFields.Others others = CredentialFields.others(seen);
            return new Json(
                    owner.name(),
                    seen.kept().isPresent() ? "signed_in" : "signed_out",
                    seen.kept().map(CredentialFields::of),
                    others.found(),
                    others.conflict(),
                    others.usedByHand(),
                    others.usedThroughBridge());
        }
    }

    /** The fields of {@code status --json}, in their order. */
    private record Json(
            String owner,
            String state,
            Optional<CredentialFields> credential,
            List<CredentialFields.Other> found,
            boolean conflict,
            Optional<String> usedByHand,
            Optional<String> usedThroughBridge) {}
}
