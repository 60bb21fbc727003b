package dev.authbridge.web;

import dev.authbridge.access.AccessKey;
import dev.authbridge.core.Secret;
import dev.authbridge.gateway.LoginDesk;
import dev.authbridge.protocol.Answer;
import dev.authbridge.protocol.BadMessage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Makes the links that let another device carry a login on, with their QR codes. Confined to the login loop. */
record DeviceLinks(LoginDesk desk, Reach reach) {
    /**
     * Starts or joins the login of the key's owner and makes a link to it under the address that this client uses; where no
     * other device could open that, only says why, and what to do about it.
     */
    CompletionStage<Record> make(AccessKey key, Client client) {
        Optional<String> obstacle = reach.obstacle(client);
        if (obstacle.isPresent()) {
            return CompletableFuture.completedFuture(new Answer.NoDeviceLink(false, obstacle.get()));
        }
        Optional<String> origin = client.origin();
        if (origin.isEmpty()) {
            return CompletableFuture.failedFuture(new BadMessage("The Host header names no host.").refusal());
        }
        return desk.invite(key, client.peer()).thenApply(invitation -> {
            String link = origin.get() + "/d#" + invitation.token().reveal();
            return new Answer.DeviceLink(
                    true, new Secret(link), QrCodes.of(link), invitation.loginId(), invitation.end());
        });
    }
}
