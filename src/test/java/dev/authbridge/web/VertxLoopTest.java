package dev.authbridge.web;

import dev.authbridge.core.Loop;
import dev.authbridge.core.LoopConformance;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

class VertxLoopTest extends LoopConformance {
    private final Vertx vertx = Vertx.vertx();
    private final Loop loop = new VertxLoop(vertx.getOrCreateContext(), Clock.systemUTC());

    @Override
    protected Loop loop() {
        return loop;
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
