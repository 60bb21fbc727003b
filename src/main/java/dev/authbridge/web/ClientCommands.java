package dev.authbridge.web;

import dev.authbridge.core.Refusal;
import dev.authbridge.protocol.ClientMessage;

/** Carries out what one client asks for, as far as its grant lets it. Confined to the login loop. */
record ClientCommands(Client client, LoginDesk desk, ChatAnswers chat) {
    /**
     * Carries it out.
     *
     * @return whether the answer is the state as it stands; otherwise what changes is told as a change
     * @throws Refusal why it was not done; told to this client alone
     */
    boolean carryOut(ClientMessage message, Grant grant) throws Refusal {
        if (message instanceof ClientMessage.Start) {
            AccessKey key = keyOf(grant);
            boolean joins = grant.snapshot().open();
            desk.start(key, client);
            return joins;
        }
        if (message instanceof ClientMessage.Code code) {
            grant.submit(code.code());
            return false;
        }
        if (message instanceof ClientMessage.Cancel) {
            AccessKey key = keyOf(grant);
            boolean nothingToCancel = !grant.snapshot().open();
            desk.cancel(key);
            return nothingToCancel;
        }
        if (message instanceof ClientMessage.ChatPrompt prompt) {
            chat.ask(keyOf(grant), prompt);
            return false;
        }
        if (message instanceof ClientMessage.ChatStop stop) {
            chat.stop(keyOf(grant), stop.id());
            return false;
        }
        return true;
    }

    /** For what only a key may do. */
    private static AccessKey keyOf(Grant grant) throws Refusal {
        return grant.key()
                .orElseThrow(() -> Refused.unauthorized("This device may only hand in the code of one login."));
    }
}
