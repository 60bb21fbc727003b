package dev.authbridge.command;

import dev.authbridge.core.Owner;
import picocli.CommandLine.Option;

/** Whose credential a command is about. */
final class OwnerOption {
    @Option(
            names = "--owner",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "Whose credential; ${DEFAULT-VALUE} where none is named.")
    private Owner owner;

    OwnerOption() {}

    OwnerOption(Owner owner) {
        this.owner = owner;
    }

    Owner owner() {
        return owner;
    }
}
