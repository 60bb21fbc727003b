package dev.authbridge.command;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** How this program is called, for what it tells people and other programs to call. */
final class OwnJar {
    private OwnJar() {}

    /** For a shell. */
    static String command() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path code;
        try {
            code = Path.of(OwnJar.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a class comes from a place without an address", e);
        }
        return code.toString().endsWith(".jar")
                ? quoted(java) + " -jar " + quoted(code.toString())
                : quoted(java) + " -cp " + quoted(System.getProperty("java.class.path")) + " dev.authbridge.Main";
    }

    /** As one word of a shell's. */
    static String quoted(String text) {
        return text.matches("[A-Za-z0-9_./:=+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
