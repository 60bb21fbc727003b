package dev.authbridge.web;

import dev.authbridge.access.Bearer;
import dev.authbridge.core.IpAddress;
import dev.authbridge.core.Peer;
import dev.authbridge.core.Secret;
import dev.authbridge.gateway.Conversations;
import dev.authbridge.gateway.LoginDesk;
import dev.authbridge.protocol.Answer;
import dev.authbridge.protocol.BadMessage;
import io.nayuki.qrcodegen.QrCode;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Makes the links with which another device carries on a login, draws their QR codes, and throws such a device out. Confined
 * to the event loop.
 *
 * @param loopbackOnly whether only the server's own machine can reach it
 * @param basePath below which a proxy serves it
 */
record DeviceLinks(LoginDesk desk, Conversations conversations, boolean loopbackOnly, BasePath basePath) {
    /** The quiet zone around a QR code that the standard demands, in modules. */
    private static final int MARGIN = 4;

    static DeviceLinks of(AuthServer.Settings settings, LoginDesk desk, Conversations conversations) {
        boolean loopback = settings.tls().isEmpty() || isLoopback(settings.host());
        return new DeviceLinks(desk, conversations, loopback && !settings.behindProxy(), settings.basePath());
    }

    /**
     * Starts or joins the login of the bearer's owner and makes a link to it, at the address that this client uses. If no
     * other device could open that address, the answer only says why, and what to do about it.
     *
     * @param path below which the client has found this server, if it says so; a proxy may have removed it from the request
     */
    CompletionStage<Record> make(Bearer bearer, Client client, Optional<BasePath> path) {
        Optional<String> obstacle = obstacle(client);
        if (obstacle.isPresent()) {
            return CompletableFuture.completedFuture(new Answer.NoDeviceLink(false, obstacle.get()));
        }
        Optional<String> origin = client.origin();
        if (origin.isEmpty()) {
            return CompletableFuture.failedFuture(new BadMessage("The Host header names no host.").refusal());
        }
        return desk.invite(bearer, client.peer()).thenApply(invitation -> {
            String link = origin.get() + path.orElse(basePath).prefix() + "/d#"
                    + invitation.token().reveal();
            return new Answer.DeviceLink(true, new Secret(link), qrCode(link), invitation.loginId(), invitation.end());
        });
    }

    /** Throws out the device that has joined the login of the key's owner, voids the link to it, and tells all of them. */
    CompletionStage<Void> throwOut(Bearer bearer, Peer peer) {
        return desk.throwOutDevice(bearer, peer).thenAccept(thrownOut -> {
            conversations.recheck();
            conversations.refresh(bearer.owner());
        });
    }

    /** Why another device cannot open the address that this client uses, and what to do about it; empty if it can. */
    private Optional<String> obstacle(Client client) {
        if (loopbackOnly) {
            return Optional.of(
                    "Only its own machine reaches this server. Its administrator has to give it a certificate"
                            + " (CLAUDE_AUTH_TLS_CERT, CLAUDE_AUTH_TLS_KEY) and an address (CLAUDE_AUTH_HOST), or put a proxy in"
                            + " front of it and set CLAUDE_AUTH_BEHIND_PROXY=true.");
        }
        String host = client.host().replaceFirst(":[0-9]*$", "");
        if (isLoopback(host)) {
            return Optional.of("Another device cannot open the address of this page, " + host + ". Open the page under"
                    + " the name that this server has in the network; a proxy in front of it has to pass Host on.");
        }
        return Optional.empty();
    }

    /** Whether the name or literal address stands for the machine that uses it. No name is looked up. */
    private static boolean isLoopback(String host) {
        String name = Hosts.parse(host).orElse("");
        return Hosts.isLoopback(name)
                || IpAddress.parse(name)
                        .map(IpAddress::address)
                        .filter(InetAddress::isAnyLocalAddress)
                        .isPresent();
    }

    /**
     * The QR code of a link as an SVG path, so that a page can draw it without inserting markup.
     *
     * @return the side of the view box in modules, including the margin, and the path of the dark modules
     */
    static Answer.QrCode qrCode(String link) {
        QrCode code = QrCode.encodeText(link, QrCode.Ecc.LOW);
        StringBuilder path = new StringBuilder();
        for (int y = 0; y < code.size; y++) {
            for (int x = 0; x < code.size; x++) {
                if (code.getModule(x, y)) {
                    int from = x;
                    while (x + 1 < code.size && code.getModule(x + 1, y)) {
                        x++;
                    }
                    int width = x + 1 - from;
                    path.append('M').append(from + MARGIN).append(' ').append(y + MARGIN);
                    path.append('h').append(width).append("v1h-").append(width).append('z');
                }
            }
        }
        return new Answer.QrCode(code.size + 2 * MARGIN, new Secret(path.toString()));
    }
}
