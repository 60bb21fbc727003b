package dev.authbridge.web;

import io.vertx.core.http.HttpConnection;

/** The connections that are open, of which there may be so many. Confined to the login loop. */
final class Connections {
    private final int most;
    private final Metrics metrics;
    private int open;

    Connections(int most, Metrics metrics) {
        this.most = most;
        this.metrics = metrics;
    }

    /** Counts a new one; one too many is closed at once. */
    void opened(HttpConnection connection) {
        open++;
        connection.closeHandler(closed -> open--);
        if (open > most) {
            metrics.socketDropped("too_many_connections");
            connection.close();
        }
    }
}
