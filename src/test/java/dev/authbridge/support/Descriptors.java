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

/** This process's open descriptors, from {@code /proc/self/fd}, except loaded code and what the JVM keeps open for good. */
final class Descriptors {
    private static final Pattern LOADED_CODE =
            Pattern.compile(".*\\.(jar|so|class|dat)( \\(deleted\\))?|/dev/u?random|.*/modules");

    private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");
    private static final String GONE = "/dev/random";

    private Descriptors() {}

    /** How many descriptors there are for each target; pipes and sockets are counted without their numbers. */
    static Map<String, Integer> count() {
        Map<String, Integer> targets = new TreeMap<>();
        for (String target : targets()) {
            targets.merge(target.replaceFirst(":\\[\\d+]", ""), 1, Integer::sum);
        }
        return targets;
    }

    /** Addresses and state of each TCP or UDP socket, as in {@code /proc/net/tcp}, for the message of a failed test. */
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
