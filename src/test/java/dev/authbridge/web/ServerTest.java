package dev.authbridge.web;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Base of the tests with a whole server. A test that needs other settings restarts it. */
abstract class ServerTest {
    @TempDir
    protected Path folder;

    protected RunningServer server;

    @BeforeEach
    void startServer() throws Exception {
        server = new RunningServer(folder, setting());
    }

    @AfterEach
    void closeServer() {
        server.close();
    }

    /** The settings of the server, unless a test restarts it with others. */
    protected RunningServer.Setting setting() {
        return RunningServer.Setting.USUAL;
    }

    protected void startAnew(RunningServer.Setting setting) throws Exception {
        server.close();
        server = new RunningServer(folder, setting);
    }
}
