package dev.authbridge.claude.signin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.authbridge.core.Reason;
import dev.authbridge.core.Refusal;
import dev.authbridge.core.Secret;

/** Fuzz target: any text as a pasted code. */
public final class PastedCodeFuzz {
    private static final int LONGEST_SENTENCE = 120;

    private PastedCodeFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        check(new String(input, UTF_8));
    }

    /** Checks that the text is either a code, or is refused without being repeated, and always the same. */
    public static void check(String pasted) {
        String result = result(pasted);
        require(result.equals(result(pasted)), "the same text is judged differently the second time");
    }

    private static String result(String pasted) {
        String typed;
        try {
            typed = new PastedCode(new Secret(pasted)).read().reveal();
        } catch (Refusal refusal) {
            String sentence = refusal.problem().message();
            require(refusal.problem().reason() == Reason.CODE_INCOMPLETE, "the reason of a refusal");
            require(
                    !sentence.isEmpty() && sentence.length() <= LONGEST_SENTENCE,
                    "the sentence of a refusal: " + sentence);
            return sentence;
        }
        require(typed.chars().allMatch(each -> each > ' ' && each < 0x7f), "not printable ASCII is typed");
        require(typed.length() <= pasted.length(), "more is typed than was pasted");
        require(
                typed.indexOf('#') > 0
                        && typed.indexOf('#') == typed.lastIndexOf('#')
                        && typed.indexOf('#') < typed.length() - 1,
                "what is typed is not code#state");
        try {
            require(
                    new PastedCode(new Secret(typed)).read().reveal().equals(typed),
                    "a code that was found is read differently when it is pasted itself");
        } catch (Refusal refusal) {
            throw new AssertionError("a code that was found is refused when it is pasted itself", refusal);
        }
        return typed;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
