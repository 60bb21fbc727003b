package dev.authbridge.claude;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.regex.Pattern;

/**
 * The CLI's option {@code --bare}, with which it never reads a sign-in token, only an API key: it says "Not logged in" and
 * sends nothing (measured with 2.1.250 and 2.1.332). The variable {@code CLAUDE_CODE_SIMPLE} does the same.
 */
public final class BareMode {
    /** What a person has to know about it, as a sentence. */
    public static final String NEEDS_AN_API_KEY =
            "With --bare, Claude never reads a sign-in token; it needs an API key.";

    /** The same for a Claude of which it is not known how it was started. */
    public static final String IF_IT_IS_ON =
            "If it was started with --bare, signing in does not help; it needs an API key then.";

    /** The variable. */
    public static final String VARIABLE = "CLAUDE_CODE_SIMPLE";

    private static final String OPTION = "--bare";

    /** The CLI by its name, such as {@code /opt/claude}, {@code claude-2.1.332} or its package and script. */
    private static final Pattern CLI = Pattern.compile(
            "(.*/)?claude(-code)?([-_.@]?v?[0-9][^/]*)?(\\.exe|\\.cmd)?|(.*@)?anthropic-ai/claude-code(@[^/]*)?(/.*)?|.*/claude-code/cli\\.js",
            Pattern.CASE_INSENSITIVE);

    /** How far the option is from the CLI's name in a text, at most. */
    private static final int LONGEST_COMMAND = 200;

    /** The options whose value is a command line: {@code sh -c}, {@code bash -lc}, {@code script -qc}, {@code env -S}. */
    private static final Pattern BEFORE_A_SCRIPT = Pattern.compile("-[A-Za-z]*[cS]|--command|--split-string|eval");

    /** The options of npm with which a package is named, and not what is run. */
    private static final Set<String> BEFORE_A_PACKAGE = Set.of("-p", "--package");

    /** Scripts in scripts that are looked into; each level can double the words, since a script can repeat its arguments. */
    private static final int MOST_LEVELS = 8;

    private static final Set<String> ALL_ARGUMENTS = Set.of("$@", "$*", "${@}");

    /** What ends a simple command in a shell's script, as a word of its own. */
    private static final Set<String> ENDS = Set.of(";", "&", "|", "(", ")", "`", "\n");

    private BareMode() {}

    /** Whether {@code CLAUDE_CODE_SIMPLE} switches it on in this environment; no value, 0 and words for "no" do not. */
    public static boolean isOn(Map<String, String> environment) {
        String value = environment.getOrDefault(VARIABLE, "").strip().toLowerCase(Locale.ROOT);
        return Set.of("1", "true", "yes", "on").contains(value);
    }

    /**
     * Whether a text, such as what was typed and printed in a terminal, has a command line with {@code --bare}, or the variable.
     * Takes time that is proportional to the text's length.
     */
    public static boolean isNamedIn(String text) {
        if (text.contains(VARIABLE + "=")) {
            return true;
        }
        int cli = -LONGEST_COMMAND;
        int at = 0;
        StringTokenizer tokens = new StringTokenizer(text, " \t\n;&|()`'\"", true);
        while (tokens.hasMoreTokens()) {
            String word = tokens.nextToken();
            if (ENDS.contains(word)) {
                cli = -LONGEST_COMMAND;
            } else if (CLI.matcher(word).matches()) {
                cli = at;
            } else if (word.equals(OPTION) && at - cli < LONGEST_COMMAND) {
                return true;
            }
            at += word.length();
        }
        return false;
    }

    /**
     * Whether a command line starts the CLI with {@code --bare}, as far as that can be seen in it: also through other programs,
     * such as {@code env}, {@code timeout} or {@code npx}, and in the script that is given to a shell.
     */
    public static boolean isStartedBy(List<String> command) {
        boolean cli = false;
        boolean optionsEnded = false;
        for (String word : flat(command, MOST_LEVELS)) {
            if (ENDS.contains(word)) {
                cli = false;
            } else if (!cli) {
                cli = CLI.matcher(word).matches();
                optionsEnded = false;
            } else if (word.equals("--")) {
                optionsEnded = true;
            } else if (word.equals(OPTION) && !optionsEnded) {
                return true;
            }
        }
        return false;
    }

    /** The words of a command line, with those of the scripts in it in place of each script. */
    private static List<String> flat(List<String> command, int levels) {
        List<String> all = new ArrayList<>();
        // What follows the CLI itself is for the CLI, whose -c has another meaning.
        boolean cli = false;
        String before = "";
        for (int i = 0; i < command.size(); i++) {
            String word = command.get(i);
            if (levels > 0 && !cli && BEFORE_A_SCRIPT.matcher(before).matches()) {
                // After the script come the name of the shell and then the script's own arguments.
                List<String> script = words(word, command.subList(Math.min(i + 2, command.size()), command.size()));
                all.addAll(flat(script, levels - 1));
                all.add(";");
                if (repeatsItsArguments(word)) {
                    // They are among the words of the script already.
                    while (i + 1 < command.size() && !ENDS.contains(command.get(i + 1))) {
                        i++;
                    }
                }
            } else {
                all.add(word);
                cli = !ENDS.contains(word)
                        && (cli || CLI.matcher(word).matches() && !BEFORE_A_PACKAGE.contains(before));
            }
            before = word;
        }
        return all;
    }

    private static boolean repeatsItsArguments(String script) {
        return ALL_ARGUMENTS.stream().anyMatch(script::contains);
    }

    /**
     * The words of a shell's script, without their quotes.
     *
     * @param arguments of the script, which stand for {@code "$@"}; whatever else the shell does with the words is left as it is
     */
    private static List<String> words(String script, List<String> arguments) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean begun = false;
        char quote = 0;
        for (int i = 0; i < script.length(); i++) {
            char next = script.charAt(i);
            if (next == '\\' && quote != '\'' && i + 1 < script.length()) {
                i++;
                // A backslash before the end of a line joins the two lines.
                if (script.charAt(i) != '\n') {
                    word.append(script.charAt(i));
                    begun = true;
                }
            } else if (quote != 0) {
                if (next == quote) {
                    quote = 0;
                } else {
                    word.append(next);
                }
            } else if (next == '\'' || next == '"') {
                quote = next;
                begun = true;
            } else if (next == ' ' || next == '\t' || ENDS.contains(String.valueOf(next))) {
                if (begun) {
                    words.add(word.toString());
                }
                word.setLength(0);
                begun = false;
                if (next != ' ' && next != '\t') {
                    words.add(String.valueOf(next));
                }
            } else {
                word.append(next);
                begun = true;
            }
        }
        if (begun) {
            words.add(word.toString());
        }
        List<String> all = new ArrayList<>();
        words.forEach(each -> all.addAll(ALL_ARGUMENTS.contains(each) ? arguments : List.of(each)));
        return all;
    }
}
