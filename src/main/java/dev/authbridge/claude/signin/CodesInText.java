package dev.authbridge.claude.signin;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The authorization codes in a plain text, and the halves of codes that are called {@code code} or {@code state} in it.
 *
 * <p>The text is cut into phrases: words with nothing but blanks between them. A code in a phrase may be in pieces, with words
 * of prose around it. The page has the same rules, see {@link PastedText}.
 *
 * @param wholes {@code code#state}
 * @param codes first halves
 * @param states second halves
 */
record CodesInText(Set<String> wholes, Set<String> codes, Set<String> states) {
    /** The length of each half of a real code (measured). Others are taken, too. */
    private static final int USUAL = 43;

    /** The longest text between a name and what it names: {@code ":** `}. */
    private static final int LONGEST_GAP = 8;

    /** A = within a run ends a name: in a code it is only at the end of a half. */
    private static final Pattern NAMING = Pattern.compile("(?i)=(?=[\\w.~+/-])|(?<=code|state)=(?=[\"'`])");
    /** Characters of a code that nothing interrupts. */
    private static final Pattern RUN = Pattern.compile("[\\w.~+/#=-]++");

    private static final Pattern NAME = Pattern.compile("(?i)(?:^|[^a-z0-9])(code|state)$");
    /**
     * A letter, a dash or an omission beside a run: part of the code was changed or is missing. Scripts that have no blanks are
     * an exception.
     */
    private static final String SPOILT =
            "(?![\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}\\p{IsHangul}\\p{IsThai}])[\\p{L}\\p{N}\\p{M}\\p{Pd}\u2026\uFFFD%]";

    private static final Pattern SPOILT_BEFORE = Pattern.compile(SPOILT + "$");
    private static final Pattern SPOILT_AFTER = Pattern.compile("^" + SPOILT);
    /** The same between two runs: no program puts these in place of a blank. */
    private static final Pattern SPOILING = Pattern.compile("[!?$*@^\u2022\\p{Sc}\\p{So}]++");

    /** A word of prose, as in a signature. */
    private static final Pattern FOREIGN_WORD = Pattern.compile(
            "(?<![^ ])(?=[A-Za-z-]{0,40}[^ -~])\\p{Lu}?\\p{Ll}{1,23}(?:-\\p{Lu}?\\p{Ll}{1,23})?(?=[ .,;:!?]|$)");

    private static final Pattern WORD = Pattern.compile("[A-Z]?[a-z]{0,14}|[A-Z]{1,15}|[0-9]{1,4}");
    private static final Pattern ONE_HALF = Pattern.compile("[\\w.~+/=-]{16,1024}+");
    private static final Pattern SHAPE = Pattern.compile("[\\w.~+/=-]{16,1024}+#[\\w.~+/=-]{16,1024}+");
    private static final Pattern ADDRESS =
            Pattern.compile("(?i)^(?:https?://|(?:[a-z]+\\.)?(?:claude\\.(?:ai|com)|anthropic\\.com)(?:[/?#:]|$))");

    /** Words with blanks between them. */
    private static final class Phrase {
        private final List<String> words = new ArrayList<>();
        private final String name;
        private final int from;
        private int to;
        private boolean spoilt;

        /**
         * @param name {@code code} or {@code state} if that stands before the phrase, else empty
         * @param from where it begins
         * @param spoilt whether the gap before it spoils it
         */
        Phrase(String name, int from, boolean spoilt) {
            this.name = name;
            this.from = from;
            this.to = from;
            this.spoilt = spoilt;
        }

        void add(String word, int end) {
            words.add(word);
            to = end;
        }

        String lastWord() {
            return words.get(words.size() - 1);
        }

        /** Whether what stands beside it in the text spoils it. */
        boolean isSpoiltIn(String text) {
            return spoilt
                    || SPOILT_BEFORE
                            .matcher(text.substring(Math.max(0, from - 2), from))
                            .find()
                    || SPOILT_AFTER
                            .matcher(text.substring(to, Math.min(text.length(), to + 2)))
                            .find();
        }
    }

    /**
     * Finds them in the text, or else in what it may be besides: an address in pieces, or quoted-printable.
     *
     * @param address whether the text is an address
     */
    static CodesInText of(String text, boolean address) {
        boolean encoded = text.contains("code=3D") && text.contains("state=3D");
        CodesInText found = search(encoded ? PastedText.fromQuotedPrintable(text) : text);
        if (found.wholes.isEmpty() && address) {
            found = search(text.replace(" ", ""));
        }
        if (found.wholes.isEmpty() && !text.contains("#") && text.contains("=23")) {
            found = search(PastedText.fromQuotedPrintable(text));
        }
        return found;
    }

    /** Whether it begins like a web address, or like one of the vendor's without {@code https://}. */
    static boolean isAddress(String text) {
        return ADDRESS.matcher(text).find();
    }

    private static CodesInText search(String text) {
        String named =
                NAMING.matcher(FOREIGN_WORD.matcher(text).replaceAll(";")).replaceAll(":");
        Set<String> wholes = new LinkedHashSet<>();
        Map<String, Set<String>> halves = Map.of("code", new LinkedHashSet<>(), "state", new LinkedHashSet<>());
        for (Phrase phrase : phrases(named)) {
            boolean state = phrase.name.equals("state");
            List<String> found = wholesOf(state ? phrase.words.subList(1, phrase.words.size()) : phrase.words);
            Optional<String> half = phrase.name.isEmpty() || !found.isEmpty() ? Optional.empty() : halfOf(phrase.words);
            if ((!found.isEmpty() || half.isPresent()) && !phrase.isSpoiltIn(named)) {
                wholes.addAll(found);
                half.ifPresent(each -> halves.get(phrase.name).add(each));
            }
        }
        Set<String> codes = halves.get("code");
        Set<String> states = halves.get("state");
        if (wholes.isEmpty() && codes.size() == 1 && states.size() == 1) {
            trimmed(codes.iterator().next() + "#" + states.iterator().next()).ifPresent(wholes::add);
        }
        return new CodesInText(wholes, codes, states);
    }

    private static List<Phrase> phrases(String text) {
        List<Phrase> phrases = new ArrayList<>();
        Phrase phrase = new Phrase("", 0, false);
        Matcher runs = RUN.matcher(text);
        while (runs.find()) {
            String gap = text.substring(phrase.to, runs.start());
            if (phrases.isEmpty()) {
                phrase = new Phrase("", runs.start(), false);
                phrases.add(phrase);
            } else if (!gap.equals(" ")) {
                boolean spoilt =
                        SPOILING.matcher(gap).matches() && !isProse(runs.group()) && !isProse(phrase.lastWord());
                phrase.spoilt |= spoilt;
                phrase = new Phrase(nameIn(phrase.lastWord(), gap), runs.start(), spoilt);
                phrases.add(phrase);
            }
            phrase.add(runs.group(), runs.end());
        }
        return phrases;
    }

    private static String nameIn(String word, String gap) {
        if (gap.length() > LONGEST_GAP || gap.indexOf('=') < 0 && gap.indexOf(':') < 0) {
            return "";
        }
        Matcher name = NAME.matcher(word);
        return name.find() ? name.group(1).toLowerCase(Locale.ROOT) : "";
    }

    /** The whole codes in a phrase. One may be in pieces; of several words with a # each has to be whole. */
    private static List<String> wholesOf(List<String> words) {
        List<String> marked = words.stream()
                .filter(word -> word.contains("#") && !beginsAnAddress(word))
                .toList();
        if (marked.isEmpty()) {
            return List.of();
        }
        if (marked.size() == 1 && marked.get(0).indexOf('#') == marked.get(0).lastIndexOf('#')) {
            int at = words.indexOf(marked.get(0));
            int mark = marked.get(0).indexOf('#');
            List<String> first = new ArrayList<>(words.subList(0, at));
            first.add(marked.get(0).substring(0, mark));
            List<String> second = new ArrayList<>(List.of(marked.get(0).substring(mark + 1)));
            second.addAll(words.subList(at + 1, words.size()));
            return trimmed(String.join("", withoutProse(first)) + "#" + String.join("", withoutProseAtEnd(second)))
                    .stream()
                    .toList();
        }
        return words.stream().allMatch(word -> word.contains("#") || isProse(word))
                ? marked.stream().flatMap(word -> trimmed(once(word)).stream()).toList()
                : List.of();
    }

    /** The half in a phrase, up to a # without the other half. */
    private static Optional<String> halfOf(List<String> words) {
        List<String> own = new ArrayList<>();
        for (String word : words) {
            own.add(word);
            if (word.contains("#")) {
                break;
            }
        }
        String last = own.get(own.size() - 1);
        if (last.contains("#")) {
            own.set(own.size() - 1, last.substring(0, last.indexOf('#')));
        } else {
            own = withoutProseAtEnd(own);
        }
        return Optional.of(String.join("", own))
                .filter(half -> ONE_HALF.matcher(half).matches() && !half.contains(".."));
    }

    /** Of the first half: the last pieces that have the usual length together, or else all but the words of prose before it. */
    private static List<String> withoutProse(List<String> pieces) {
        int length = 0;
        for (int at = pieces.size() - 1; at >= 0; at--) {
            length += pieces.get(at).length();
            if (length == USUAL) {
                return pieces.subList(at, pieces.size());
            }
        }
        int prose = 0;
        while (prose < pieces.size() - 1 && isProse(pieces.get(prose))) {
            prose++;
        }
        return pieces.subList(prose, pieces.size());
    }

    private static List<String> withoutProseAtEnd(List<String> pieces) {
        List<String> reversed = new ArrayList<>(pieces);
        Collections.reverse(reversed);
        List<String> left = new ArrayList<>(withoutProse(reversed));
        Collections.reverse(left);
        return left;
    }

    private static boolean isProse(String word) {
        return beginsAnAddress(word)
                || Collections.list(new StringTokenizer(word, "._~+/=-")).stream()
                        .allMatch(part -> WORD.matcher((String) part).matches());
    }

    private static boolean beginsAnAddress(String word) {
        return word.startsWith("//") || isAddress(word);
    }

    /** Some paste twice. */
    private static String once(String word) {
        String half = word.substring(0, word.length() / 2);
        return word.equals(half + half) ? half : word;
    }

    /** The code without full stops and emphasis around it; empty if that is no code, or if something in it was left out. */
    private static Optional<String> trimmed(String code) {
        int mark = code.indexOf('#');
        int from = 0;
        int to = code.length();
        boolean more = true;
        while (more && from < to) {
            if (".~=+/".indexOf(code.charAt(from)) >= 0) {
                from++;
            } else if ("./~".indexOf(code.charAt(to - 1)) >= 0) {
                to--;
            } else if (code.charAt(from) == '_' && code.charAt(to - 1) == '_' && mark - from != USUAL) {
                from++;
                to--;
            } else {
                more = false;
            }
        }
        return Optional.of(code.substring(from, Math.max(from, to)))
                .filter(bare -> SHAPE.matcher(bare).matches() && !code.contains("..") && !beginsAnAddress(bare));
    }
}
