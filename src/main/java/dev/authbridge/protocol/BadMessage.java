package dev.authbridge.protocol;

import java.util.Optional;

/** A message that the contract does not know. Its text names the fault for people and never repeats what was sent. */
public final class BadMessage extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Optional<String> promptId;

    public BadMessage(String fault) {
        this(fault, Optional.empty());
    }

    BadMessage(String fault, Optional<String> promptId) {
        super(fault);
        this.promptId = promptId;
    }

    /** The id of the chat prompt that the message was to be, as far as that can be read. */
    public Optional<String> promptId() {
        return promptId;
    }
}
