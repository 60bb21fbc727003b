package dev.authbridge.web;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test of a whole server; a test that needs it set otherwise starts it anew. */
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

    /** How the server is set unless a test says otherwise. */
    protected RunningServer.Setting setting() {
        return RunningServer.Setting.USUAL;
    }

    protected void startAnew(RunningServer.Setting setting) throws Exception {
        server.close();
        server = new RunningServer(folder, setting);
    }
}
