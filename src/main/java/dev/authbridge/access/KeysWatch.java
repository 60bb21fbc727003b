package dev.authbridge.access;

import dev.authbridge.core.Loop;
import dev.authbridge.web.socket.AuthSockets;
import io.vertx.core.Context;
import java.time.Duration;

/** Reads the keys file again and again, and tells the sockets when other keys are good. Confined to the login loop. */
public record KeysWatch(Context loop, AccessKeys keys, Loop timers, AuthSockets sockets) {
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

    public void start() {
        if (keys.changing()) {
            timers.after(BETWEEN_LOOKS, () -> loop.executeBlocking(keys::reload).onComplete(reloaded -> {
                if (reloaded.succeeded() && reloaded.result()) {
                    sockets.recheck();
                }
                start();
            }));
        }
    }
}
