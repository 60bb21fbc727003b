package dev.authbridge.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What this process has open, by {@code /proc/self/fd}. Loaded code, and what the JVM opens once and keeps, is left out. */
final class Descriptors {
    private static final Pattern LOADED_CODE =
            Pattern.compile(".*\\.(jar|so|class|dat)( \\(deleted\\))?|/dev/u?random|.*/modules");

    private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");
    private static final String GONE = "/dev/random";

    private Descriptors() {}

    /** How many there are of each target, the numbers of pipes and sockets left out. */
    static Map<String, Integer> count() {
        Map<String, Integer> targets = new TreeMap<>();
        for (String target : targets()) {
            targets.merge(target.replaceFirst(":\\[\\d+]", ""), 1, Integer::sum);
        }
        return targets;
    }

    /** The ends and the kernel's state of each TCP or UDP socket, as {@code /proc/net/tcp} writes them; for a test's failure. */
    static List<String> connections() {
        List<String> connections = new ArrayList<>();
        for (String target : targets()) {
            Matcher socket = SOCKET.matcher(target);
            if (socket.matches()) {
                connections.add(connection(socket.group(1)));
            }
        }
        return connections;
    }

    private static String connection(String inode) {
        for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
            try (Stream<String> lines = Files.lines(Path.of("/proc/self/net", table))) {
                String found = lines.map(line -> line.strip().split("\\s+"))
                        .filter(fields -> fields.length > 9 && fields[9].equals(inode))
                        .map(fields -> fields[1] + " to " + fields[2] + " state " + fields[3])
                        .findFirst()
                        .orElse("");
                if (!found.isEmpty()) {
                    return found;
                }
            } catch (IOException e) {
                return "unknown";
            }
        }
        return "a socket of another kind";
    }

    private static List<String> targets() {
        List<String> targets = new ArrayList<>();
        try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
            for (Path link : links.toList()) {
                String target = target(link);
                if (!LOADED_CODE.matcher(target).matches()) {
                    targets.add(target);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot read /proc/self/fd", e);
        }
        return targets;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closedMeanwhile) {
            return GONE;
        }
    }
}
