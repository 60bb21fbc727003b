package dev.authbridge.command;

import dev.authbridge.access.Audit.Event;
import dev.authbridge.core.CredentialSummary;
import dev.authbridge.core.Owner;
import dev.authbridge.core.Refusal;
import dev.authbridge.credential.Credentials;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The question at a terminal whether a credential of another organization takes the place of the earlier one. */
final class OrganizationQuestion {
    static final String PROMPT = "Switch to the other organization? [y/N] ";
    static final String REFUSED = "Nothing has changed, and the new token is not kept.";
    static final String UNANSWERED = "Nothing has changed. The new token is kept aside for a day: answer on the page,"
            + " or do the same again with --other-organization.";

    private static final Set<String> YES = Set.of("y", "yes");

    private OrganizationQuestion() {}

    /** Gives the answer and records it in the audit. @return the credential that was asked about */
    static CredentialSummary answer(Surroundings here, Credentials credentials, Owner owner, boolean accepted)
            throws CommandFailure, Refusal {
        CredentialSummary asked = Surroundings.await(
                        credentials.answerForOrganization(owner, accepted, Optional.empty()))
                .orElseThrow(() -> new Refusal(Credentials.NONE_WAITS));
        here.audit(
                accepted ? Event.ORGANIZATION_ACCEPTED : Event.ORGANIZATION_REFUSED,
                owner,
                "login",
                "fingerprint",
                asked.fingerprint());
        return asked;
    }

    static boolean isYes(String answer) {
        return YES.contains(answer.strip().toLowerCase(Locale.ROOT));
    }
}
