package dev.authbridge.command;

import dev.authbridge.core.Owner;
import picocli.CommandLine.Option;

/** The option {@code --owner}: the owner whose credential a command uses. */
final class OwnerOption {
    @Option(
            names = "--owner",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "The owner of the credential; ${DEFAULT-VALUE} if not given.")
    private Owner owner;

    OwnerOption() {}

    OwnerOption(Owner owner) {
        this.owner = owner;
    }

    Owner owner() {
        return owner;
    }
}
