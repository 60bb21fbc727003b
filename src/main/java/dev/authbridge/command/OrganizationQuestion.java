package dev.authbridge.command;

import java.util.Locale;
import java.util.Set;

/** The question at a terminal whether a credential of another organization takes the place of the earlier one. */
final class OrganizationQuestion {
    static final String PROMPT = "Switch to the other organization? [y/N] ";
    static final String REFUSED = "Nothing has changed, and the new token is not kept.";
    static final String UNANSWERED = "Nothing has changed. The new token is kept aside for a day: answer on the page,"
            + " or do the same again with --other-organization.";

    private static final Set<String> YES = Set.of("y", "yes");

    private OrganizationQuestion() {}

    static boolean isYes(String answer) {
        return YES.contains(answer.strip().toLowerCase(Locale.ROOT));
    }
}
