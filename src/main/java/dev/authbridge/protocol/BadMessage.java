package dev.authbridge.protocol;

/** A message that the contract does not know. Its text names the fault for people and never repeats what was sent. */
public final class BadMessage extends Exception {
    private static final long serialVersionUID = 1L;

    public BadMessage(String fault) {
        super(fault);
    }
}
