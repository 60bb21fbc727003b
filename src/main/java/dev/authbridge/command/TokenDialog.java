package dev.authbridge.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.access.Audit.Event;
import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;
import dev.authbridge.credential.CredentialKind;
import dev.authbridge.credential.CredentialStatus;
import dev.authbridge.credential.Credentials;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Takes over a token that was made elsewhere. It is read from standard input, never from an argument, which others could
 * see; at a terminal it is typed or pasted without being shown.
 */
final class TokenDialog {
    private static final int LONGEST_INPUT = 16_384;

    private final Surroundings here;
    private final Owner owner;
    private final boolean otherOrganization;
    private final Optional<Console> console;

    /** @param otherOrganization whether a token of another organization may take the place of the credential, unasked */
    TokenDialog(Surroundings here, Owner owner, boolean otherOrganization) {
        this.here = here;
        this.owner = owner;
        this.otherOrganization = otherOrganization;
        this.console = Optional.ofNullable(System.console()).filter(terminal -> here.in() == System.in);
    }

    /** @return whether the token is in use now */
    boolean hold() throws CommandFailure, Refusal, IOException {
        Secret token = token();
        Credentials credentials = here.credentials(here.openVault());
        CredentialSummary taken;
        try {
            taken = Surroundings.await(credentials.takeOver(owner, CredentialKind.SIGN_IN_TOKEN, token));
            here.audit(Event.TOKEN_STORED, owner, "login", "fingerprint", taken.fingerprint());
        } catch (Refusal e) {
            if (e.problem().reason() != Reason.OTHER_ORGANIZATION) {
                throw e;
            }
            here.audit(Event.ORGANIZATION_ASKED, owner, "login");
            here.out().println(e.getMessage());
            Optional<Boolean> answer = otherOrganization ? Optional.of(true) : ask();
            if (answer.isEmpty()) {
                here.err().println(OrganizationQuestion.UNANSWERED);
                return false;
            }
            taken = OrganizationQuestion.answer(here, credentials, owner, answer.get());
            if (!answer.get()) {
                here.out().println(OrganizationQuestion.REFUSED);
                return false;
            }
        }
        here.out().println(LoginDialog.signedIn(owner, taken));
        boolean held = credentials
                .seen(owner)
                .kept()
                .flatMap(CredentialStatus::heldSince)
                .isPresent();
        if (held) {
            here.out().println("It is held back, as before: nobody gets it until: hold --release");
        }
        return true;
    }

    private Optional<Boolean> ask() {
        return console.map(terminal -> terminal.readLine(OrganizationQuestion.PROMPT))
                .map(OrganizationQuestion::isYes);
    }

    private Secret token() throws CommandFailure, IOException {
        if (console.isPresent()) {
            return atTerminal(console.get());
        }
        if (here.in() == System.in && isTerminal()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "The token would be shown while it is typed, since the output goes elsewhere. Do not redirect it.");
        }
        byte[] read = here.in().readNBytes(LONGEST_INPUT);
        return new Secret(new String(read, UTF_8));
    }

    /** A terminal hands over one line at a time, and what was cut into lines has to be taken whole: the rest would be shown later. */
    private static Secret atTerminal(Console console) {
        StringBuilder lines = new StringBuilder();
        char[] line = console.readPassword("Token (it is not shown): ");
        while (line != null && line.length > 0 && lines.length() < LONGEST_INPUT) {
            lines.append(line).append('\n');
            line = ClaudeCredential.isShort(lines.toString())
                    ? console.readPassword("That is short for a token. Paste the rest, or press Enter: ")
                    : null;
        }
        return new Secret(lines.toString());
    }

    private static boolean isTerminal() {
        try {
            String input = Files.readSymbolicLink(Path.of("/proc/self/fd/0")).toString();
            return input.startsWith("/dev/pts/") || input.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
