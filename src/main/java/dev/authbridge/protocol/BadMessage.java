package dev.authbridge.protocol;

import dev.authbridge.core.Problem;
import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import java.util.Optional;

/** A message from a client that breaks the contract. Its text names the fault for people and never repeats what was sent. */
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

    /** The same as a refusal, with reason {@code bad_message}. */
    public Refusal refusal() {
        return new Refusal(new Problem(Reason.BAD_MESSAGE, getMessage()), this);
    }

    /** The id of the chat prompt that the message is about; empty where it is about none, or the id itself is bad. */
    public Optional<String> promptId() {
        return promptId;
    }
}
