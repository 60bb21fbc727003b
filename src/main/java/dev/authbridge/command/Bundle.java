package dev.authbridge.command;

import dev.authbridge.claude.ClaudeCredential;
import dev.authbridge.claude.SandboxHome;
import dev.authbridge.credential.Credential;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a {@link SandboxHome}, and says how to start a program in it. */
@Command(
        name = "bundle",
        description = {
            "Makes a HOME in which a fresh Claude starts without its onboarding wizard, and says how to start it.",
            "The credential is not in it: exec passes it on."
        })
final class Bundle implements Callable<Integer> {
    private final Surroundings here;

    @Mixin
    private OwnerOption whose;

    @Parameters(paramLabel = "FOLDER", description = "The new HOME; must not be there, or be empty.")
    private Path home;

    @Option(
            names = "--trust",
            paramLabel = "FOLDER",
            description = "A folder that Claude need not ask about, as its path is in the sandbox. Trusted means that"
                    + " Claude runs what its settings name. May be given again.")
    private List<Path> trusted = List.of();

    @Option(
            names = "--accept-bypass-permissions",
            description =
                    "Answer the warning about Bypass Permissions mode on your word: in that mode Claude runs commands"
                            + " and changes files without asking. Use it only where there is nothing to lose, such as a container.")
    private boolean bypassAccepted;

    Bundle(Surroundings here) {
        this.here = here;
    }

    @Override
    public Integer call() throws Exception {
        Optional<Credential> credential = here.vault().read(whose.owner());
        if (credential.isPresent()) {
            credential.get().requireInUse();
        }
        if (!trusted.stream().allMatch(Path::isAbsolute)) {
            throw new CommandFailure(ExitCode.USAGE, "--trust needs an absolute path");
        }
        Path folder = home.toAbsolutePath().normalize();
        SandboxHome made = new SandboxHome(trusted, keyHelper(credential), bypassAccepted);
        try {
            made.writeTo(folder);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, "Could not make " + folder + ": " + e.getMessage());
        }
        here.out().println("Made " + folder + ". Start Claude in it with:");
        here.out()
                .println("  " + ownCommand() + " exec" + ownerArgument() + " -- "
                        + made.command(quoted(folder.toString())));
        if (credential.isEmpty()) {
            here.err().println("Note: " + whose.owner() + " is signed out.");
        }
        if (bypassAccepted) {
            sayWhatIsStillInTheWay();
        }
        return ExitCode.DONE;
    }

    private void sayWhatIsStillInTheWay() {
        if (trusted.isEmpty()) {
            here.err()
                    .println(
                            "Note: Claude still asks about the folder that it is started in, unless --trust names it.");
        }
        if (System.getProperty("user.name").equals("root")) {
            here.err().println("Note: " + SandboxHome.BYPASS_AS_ROOT);
        }
    }

    /** It is told where the vault is, since the new HOME is not the user's own. */
    private Optional<String> keyHelper(Optional<Credential> credential) throws CommandFailure {
        if (credential.filter(it -> it.kind() == ClaudeCredential.API_KEY).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("CLAUDE_CREDENTIALS_PATH=" + quoted(here.dataFolder().toString()) + " " + ownCommand()
                + " key-helper" + ownerArgument());
    }

    private String ownerArgument() {
        return whose.owner().name().equals("default") ? "" : " --owner " + whose.owner();
    }

    /** How a shell calls this program. */
    private static String ownCommand() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path code;
        try {
            code = Path.of(Bundle.class
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

    /** The text as one word for a shell. */
    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9_./:=+-]+") ? text : EnvFormat.shellQuoted(text);
    }
}
