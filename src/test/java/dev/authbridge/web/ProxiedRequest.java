package dev.authbridge.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** Sends a request with any {@code Host} header, as a proxy does; the JDK's client does not allow that. */
final class ProxiedRequest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ProxiedRequest() {}

    /** @param headers lines, each ending with CR LF */
    static JsonNode post(int port, String path, String host, String headers) throws IOException {
        return post(port, path, host, headers, "");
    }

    /** @param body in ASCII */
    static JsonNode post(int port, String path, String host, String headers, String body) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            String request = "POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "Content-Length: "
                    + body.length() + "\r\nConnection: close\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            return JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        }
    }
}
