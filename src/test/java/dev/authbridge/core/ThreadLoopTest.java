package dev.authbridge.core;

import java.time.Clock;
import org.junit.jupiter.api.AfterEach;

class ThreadLoopTest extends LoopConformance {
    private final ThreadLoop loop = new ThreadLoop("test", Clock.systemUTC());

    @Override
    protected Loop loop() {
        return loop;
    }

    @AfterEach
    void close() {
        loop.close();
    }
}
