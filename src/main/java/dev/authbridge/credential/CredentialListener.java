package dev.authbridge.credential;

import dev.authbridge.core.Owner;

/** Told when something about an owner's credential changed that the owner should see. */
public interface CredentialListener {
    /**
     * The credential came, went, was judged otherwise by the service, or comes near its end. On any thread; must not
     * block.
     */
    void changed(Owner owner);
}
