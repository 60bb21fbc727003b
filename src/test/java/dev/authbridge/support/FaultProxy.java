package dev.authbridge.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A TCP proxy on loopback that treats what passes as a bad network would, in each direction as a test says. May be used from
 * any thread.
 */
public final class FaultProxy implements AutoCloseable {
    private static final long DELAY_MILLIS = 60;

    private final ServerSocket listening;
    private final int serverPort;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private volatile Fault toServer = Fault.NONE;
    private volatile Fault toClient = Fault.NONE;

    /** What happens to the bytes in one direction. */
    public enum Fault {
        NONE,
        /** Each piece arrives 60 ms late. */
        DELAY,
        /** Each byte travels in a packet of its own. */
        SINGLE_BYTES,
        /** Nothing arrives and nothing is closed. Once the fault is over, what was held arrives late. */
        HELD,
        /** The stream in this direction ends, that in the other one goes on. */
        HALF_CLOSED,
        /** The connection is reset. */
        CUT
    }

    private FaultProxy(ServerSocket listening, int serverPort) {
        this.listening = listening;
        this.serverPort = serverPort;
    }

    /** Opens a proxy on a free port in front of a server on this machine. */
    public static FaultProxy before(int serverPort) throws IOException {
        FaultProxy proxy = new FaultProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), serverPort);
        daemon("fault-proxy", proxy::accept);
        return proxy;
    }

    /** The proxy's address as the origin of a page. */
    public String origin() {
        return "http://127.0.0.1:" + listening.getLocalPort();
    }

    /** From now on all connections, those that are open and new ones, have these faults. */
    public void fault(Fault towardsServer, Fault towardsClient) {
        toServer = towardsServer;
        toClient = towardsClient;
        connections.forEach(connection -> connection.fault(towardsServer, towardsClient));
    }

    /** Everything passes again; a connection that a fault has ended stays ended. */
    public void heal() {
        fault(Fault.NONE, Fault.NONE);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Connection connection = new Connection(client, new Socket(listening.getInetAddress(), serverPort));
                connections.add(connection);
                connection.fault(toServer, toClient);
                connection.start();
            }
        } catch (IOException e) {
            // The proxy was closed, or its server was.
            connections.forEach(Connection::reset);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        connections.forEach(Connection::reset);
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static final class Connection {
        private final Socket client;
        private final Socket server;
        private final Direction up;
        private final Direction down;

        Connection(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            up = new Direction(client, server);
            down = new Direction(server, client);
        }

        void start() {
            daemon("fault-proxy up", up::run);
            daemon("fault-proxy down", down::run);
        }

        void fault(Fault towardsServer, Fault towardsClient) {
            if (towardsServer == Fault.CUT || towardsClient == Fault.CUT) {
                reset();
            } else {
                up.fault(towardsServer);
                down.fault(towardsClient);
            }
        }

        void reset() {
            for (Socket socket : List.of(client, server)) {
                try {
                    socket.setSoLinger(true, 0);
                    socket.close();
                } catch (IOException e) {
                    // It was closed by its other end.
                    continue;
                }
            }
            up.fault(Fault.CUT);
            down.fault(Fault.CUT);
        }
    }

    /** Passes on what comes from one socket to another one, on a thread of its own. */
    private static final class Direction {
        private final Socket from;
        private final Socket to;
        private Fault fault = Fault.NONE;
        private boolean ended;

        Direction(Socket from, Socket to) {
            this.from = from;
            this.to = to;
        }

        synchronized void fault(Fault now) {
            if (now == Fault.HALF_CLOSED) {
                end();
            }
            fault = now;
            notifyAll();
        }

        private synchronized void end() {
            ended = true;
            try {
                to.shutdownOutput();
            } catch (IOException e) {
                // It is closed already.
                return;
            }
        }

        private synchronized Fault passing() throws InterruptedException {
            while (fault == Fault.HELD) {
                wait();
            }
            return fault;
        }

        private synchronized boolean hasEnded() {
            return ended;
        }

        void run() {
            byte[] buffer = new byte[64 * 1024];
            try {
                InputStream in = from.getInputStream();
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    pass(buffer, length);
                }
                passing();
            } catch (IOException | InterruptedException e) {
                // The connection was reset, by the test or by one of its ends.
                return;
            } finally {
                end();
            }
        }

        private void pass(byte[] bytes, int length) throws IOException, InterruptedException {
            Fault now = passing();
            if (hasEnded()) {
                return;
            }
            OutputStream out = to.getOutputStream();
            if (now == Fault.DELAY) {
                TimeUnit.MILLISECONDS.sleep(DELAY_MILLIS);
            }
            if (now == Fault.SINGLE_BYTES) {
                for (int at = 0; at < length; at++) {
                    out.write(bytes[at]);
                }
            } else {
                out.write(bytes, 0, length);
            }
        }
    }
}
