package dev.authbridge.web;

import dev.authbridge.access.AccessKey;
import dev.authbridge.access.Pairings;
import dev.authbridge.core.Refusal;
import dev.authbridge.gateway.LoginDesk;
import dev.authbridge.protocol.BadMessage;
import dev.authbridge.protocol.Data;
import java.util.Optional;

/** Makes the links that let another device carry a login on, with their QR codes. Confined to the login loop. */
record DeviceLinks(LoginDesk desk, Reach reach) {
    /**
     * Starts or joins the login of the key's owner and makes a link to it under the address that this client uses; where no
     * other device could open that, only says why, and what to do about it.
     */
    Data make(AccessKey key, Client client) throws Refusal, BadMessage {
        Optional<String> obstacle = reach.obstacle(client);
        if (obstacle.isPresent()) {
            return new Data().put("reachable", false).put("advice", obstacle.get());
        }
        String origin = client.origin().orElseThrow(() -> new BadMessage("The Host header names no host."));
        Pairings.Invitation invitation = desk.invite(key, client);
        String link = origin + "/d#" + invitation.token().reveal();
        return new Data()
                .put("reachable", true)
                .put("link", link)
                .put("qr", QrCodes.of(link))
                .put("loginId", invitation.loginId())
                .put("expiresAt", invitation.end());
    }
}
