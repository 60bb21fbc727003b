package dev.authbridge.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;

/** A WebSocket client that sends any frames, and reads only when told to. */
final class RawSocket implements AutoCloseable {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final byte[] MASK = {1, 2, 3, 4};

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;

    /** A frame from the server. */
    record Frame(int opcode, byte[] payload) {
        String text() {
            return new String(payload, UTF_8);
        }

        int closeCode() {
            return (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
        }
    }

    private RawSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    static RawSocket open(int port, String key) throws IOException {
        // A small receive buffer, so that the server soon notices when nothing is read.
        return open(port, key, 4_096);
    }

    /** Opens a socket without a key. */
    static RawSocket openUnknown(int port) throws IOException {
        return upgraded(port, "", 4_096);
    }

    /** @param receiveBytes how much the system buffers for this client while it reads nothing */
    static RawSocket open(int port, String key, int receiveBytes) throws IOException {
        return upgraded(port, "Authorization: Bearer " + key + "\r\n", receiveBytes);
    }

    private static RawSocket upgraded(int port, String headers, int receiveBytes) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(receiveBytes);
        socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(10_000);
        RawSocket raw = new RawSocket(socket);
        String status = raw.handshake(port, headers);
        if (!status.contains(" 101 ")) {
            throw new IOException(status);
        }
        return raw;
    }

    /** Requests an upgrade and disconnects before the answer can arrive. */
    static void vanish(int port, String key) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            new RawSocket(socket).ask(port, "Authorization: Bearer " + key + "\r\n");
            socket.setSoLinger(true, 0);
        }
    }

    /** Requests an upgrade and returns the status with which it is refused. */
    static int refusal(int port, String key) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            String status = new RawSocket(socket).handshake(port, "Authorization: Bearer " + key + "\r\n");
            return Integer.parseInt(status.split(" ")[1]);
        }
    }

    /** Requests an upgrade with these header lines and returns the status of the answer. */
    static int answer(int port, String headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            return Integer.parseInt(
                    new RawSocket(socket).handshake(port, headers).split(" ")[1]);
        }
    }

    private String handshake(int port, String headers) throws IOException {
        ask(port, headers);
        return readHead();
    }

    private void ask(int port, String headers) throws IOException {
        String request = "GET /api/claude/auth/socket HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + "Sec-WebSocket-Extensions: permessage-deflate\r\n" + headers + "\r\n";
        out.write(request.getBytes(ISO_8859_1));
        out.flush();
    }

    private String readHead() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            head.write(in.readUnsignedByte());
        }
        String answer = head.toString(ISO_8859_1);
        if (answer.toLowerCase(java.util.Locale.ROOT).contains("permessage-deflate")) {
            throw new IOException("the server compresses");
        }
        return answer.lines().findFirst().orElse("");
    }

    void frame(int opcode, boolean last, byte... payload) throws IOException {
        write(encoded(opcode, last, payload));
    }

    /** Sends these bytes in one write. */
    void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    static byte[] encoded(int opcode, boolean last, byte... payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(opcode | (last ? 0x80 : 0));
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >> shift));
            }
        }
        frame.writeBytes(MASK);
        for (int at = 0; at < payload.length; at++) {
            frame.write(payload[at] ^ MASK[at % MASK.length]);
        }
        return frame.toByteArray();
    }

    /** A frame with up to 125 bytes as the server sends it. */
    static byte[] unmasked(int opcode, byte... payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(0x80 | opcode);
        frame.write(payload.length);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    /** How many bytes have come that were not read. */
    int unread() throws IOException {
        return in.available();
    }

    /** Reads the next bytes, whatever frames they belong to. */
    byte[] bytes(int length) throws IOException {
        return in.readNBytes(length);
    }

    void text(String text) throws IOException {
        frame(TEXT, true, text.getBytes(UTF_8));
    }

    Frame next() throws IOException {
        int opcode = in.readUnsignedByte() & 0x0F;
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = (int) in.readLong();
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(opcode, payload);
    }

    /** Sends the same text again and again without reading, and returns whether the server ended the connection. */
    boolean sendUntilRefused(String text, int most) {
        try {
            byte[] payload = text.getBytes(UTF_8);
            for (int sent = 0; sent < most; sent++) {
                frame(TEXT, true, Arrays.copyOf(payload, payload.length));
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Sends a TCP reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Closes the sending side, and reads until the server ends the connection, too. */
    void closeHalf() throws IOException {
        socket.shutdownOutput();
        readToEnd();
    }

    /** Reads until the server ends the connection. */
    void readToEnd() throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
