package dev.authbridge.support;

import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The PEM files of a server's certificate and private key. */
public record ServerPem(Path certificate, Path key) {
    /** Has the authority sign a certificate for a server of that name, and writes both files into the folder. */
    public static ServerPem in(Path folder, TestAuthority authority, String name) throws IOException {
        PemKeyCertOptions identity = authority.serverIdentity(List.of(name));
        Path key =
                Files.write(folder.resolve("server.key"), identity.getKeyValue().getBytes());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        return new ServerPem(
                Files.write(
                        folder.resolve("server.pem"), identity.getCertValue().getBytes()),
                key);
    }
}
