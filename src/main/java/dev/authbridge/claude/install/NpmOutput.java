package dev.authbridge.claude.install;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What npm prints while it installs, read line by line for the cause of a failure.
 *
 * <p>npm 9 begins the lines of its report with {@code npm ERR!}, npm 10 and 11 with {@code npm error}. Provoked with npm
 * 11.19: DEPTH_ZERO_SELF_SIGNED_CERT, ECONNREFUSED, ENOTFOUND, FETCH_ERROR, E401, E403, E404, E407, E429, E500, ETARGET,
 * and ENOSPC with its TAR_ENTRY_ERROR. The other codes are documented by Node.js and npm, and were not provoked.
 */
final class NpmOutput {
    /** The first line of every report of an error. */
    private static final Pattern CODE = Pattern.compile("npm (?:ERR!|error) code (\\S{1,80})");

    /** npm continues after these, and reports success in the end. */
    private static final Pattern NOT_UNPACKED =
            Pattern.compile("TAR_ENTRY_ERROR (ENOSPC|EDQUOT|EROFS|EACCES|EPERM)\\b");

    private static final Pattern OLD_NODE =
            Pattern.compile("(?:does not support|known not to run on) Node\\.js (v?[\\d.]{1,20})");

    /** What a Node.js prints that is too old even for the code with which npm would say so. */
    private static final Pattern CANNOT_READ_NPM = Pattern.compile("^SyntaxError: |Cannot find module '?node:");

    private static final Pattern ANY_ERROR = Pattern.compile("npm (?:ERR!|error) (\\S.*)");

    private static final Pattern UNTRUSTED =
            Pattern.compile("CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ERR_TLS|ERR_SSL|EPROTO");

    private static final Set<String> NETWORK = Set.of(
            "ENOTFOUND",
            "EAI_AGAIN",
            "ECONNREFUSED",
            "ECONNRESET",
            "ECONNABORTED",
            "ETIMEDOUT",
            "ESOCKETTIMEDOUT",
            "ERR_SOCKET_TIMEOUT",
            "FETCH_ERROR",
            "EHOSTUNREACH",
            "ENETUNREACH",
            "ENETDOWN",
            "EPIPE",
            "EIDLETIMEOUT",
            "ECONNECTIONTIMEOUT",
            "ERESPONSETIMEOUT",
            "ETRANSFERTIMEOUT",
            "ERR_INVALID_URL",
            "EINVALIDPROXY",
            "EPROXYAUTH");

    private static final int LONGEST = 300;

    private final String wanted;
    private Optional<String> cause = Optional.empty();
    private Optional<String> firstError = Optional.empty();
    private String lastLine = "";
    private boolean hopeless;

    /** @param wanted the package that is installed, with its version */
    NpmOutput(String wanted) {
        this.wanted = wanted;
    }

    /** @param why npm's code, or what was seen without npm */
    static String notReached(String why) {
        return "npm does not reach its registry (" + why + "). Check the network of this machine. If it needs a"
                + " proxy, set it with `npm config set https-proxy URL`, or start the bridge with HTTPS_PROXY=URL";
    }

    void read(String line) {
        Matcher notUnpacked = NOT_UNPACKED.matcher(line);
        Matcher code = CODE.matcher(line);
        Matcher oldNode = OLD_NODE.matcher(line);
        if (notUnpacked.find()) {
            hopeless = true;
            learn(meaning(notUnpacked.group(1)));
        } else if (oldNode.find()) {
            learn("the Node.js of this machine (" + oldNode.group(1)
                    + ") is too old for its npm. Install a newer Node.js");
        } else if (CANNOT_READ_NPM.matcher(line).find()) {
            learn("the Node.js of this machine cannot run its npm (" + shortened(line)
                    + "), most likely because it is too old. Install a newer Node.js");
        } else if (code.find()) {
            learn(meaning(code.group(1)));
        } else if (line.contains("node") && line.contains("No such file or directory")) {
            learn("npm needs Node.js, and there is none on this machine. Install Node.js with npm");
        }
        Matcher error = ANY_ERROR.matcher(line);
        if (firstError.isEmpty() && error.find() && !line.contains("A complete log")) {
            firstError = Optional.of(shortened(error.group(1)));
        }
        if (!line.isBlank()) {
            lastLine = shortened(line.strip());
        }
    }

    /** Whether npm continues although the installation can no longer succeed. */
    boolean hopeless() {
        return hopeless;
    }

    /** What is wrong and what to do about it, as the end of a sentence, without a full stop. */
    String cause() {
        return cause.or(() -> firstError).orElseGet(this::unexplained);
    }

    private String unexplained() {
        return (lastLine.isEmpty() ? "npm printed nothing" : "npm gave no reason, and its last line was: " + lastLine)
                + ". Run `npm install " + wanted + "` in an empty folder to find out why";
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(LONGEST, text.length()));
    }

    /** Only the first cause is kept: what follows is often its consequence. */
    private void learn(String meaning) {
        if (cause.isEmpty() && !meaning.isEmpty()) {
            cause = Optional.of(meaning);
        }
    }

    static String diskFull(String code) {
        return "the disk is full (" + code + "). Free some space: the Claude CLI takes about "
                + ClaudeInstallation.MEGABYTES + " MB, and npm's cache a third of that";
    }

    private String meaning(String code) {
        if (UNTRUSTED.matcher(code).find()) {
            return "npm does not trust the certificate of its registry (" + code
                    + "). If a proxy on your network uses a"
                    + " certificate authority of its own, set its PEM file with `npm config set cafile FILE`, or start the"
                    + " bridge with NODE_EXTRA_CA_CERTS=FILE";
        }
        if (NETWORK.contains(code)) {
            return notReached(code);
        }
        if (code.matches("E5\\d\\d|E429")) {
            return "npm's registry does not work just now (" + code + ")";
        }
        return switch (code) {
            case "E407" ->
                "the proxy asks for a user and a password (407). Put them in npm's https-proxy setting or into"
                        + " HTTPS_PROXY, as http://USER:PASSWORD@HOST:PORT";
            case "E401", "E403", "EAUTHUNKNOWN", "ENEEDAUTH" ->
                "npm's registry or a proxy refuses to hand the package out (" + code
                        + "). Check what `npm config get registry` names, and whether it wants a login";
            case "E404", "ETARGET", "ENOVERSIONS" ->
                "npm's registry does not have " + wanted + " (" + code
                        + "). Check what `npm config get registry` names; a mirror may lack the package";
            case "ENOSPC", "EDQUOT" -> diskFull(code);
            case "EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR" ->
                "npm cannot write where it has to (" + code
                        + "). Make CLAUDE_CREDENTIALS_PATH and npm's cache (`npm config get cache`) writable for the server's"
                        + " user";
            case "EBADPLATFORM" -> "there is no Claude CLI for this kind of machine (" + code + ")";
            case "EINTEGRITY" ->
                "what npm's registry delivers is damaged (" + code
                        + "). Empty npm's cache with `npm cache clean --force`, and check the proxy";
            default -> "";
        };
    }
}
