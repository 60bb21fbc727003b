package dev.authbridge.claude.signin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pasted text as it was before programs encoded and decorated it: mail, chats, pages, editors and terminals.
 *
 * <p>None of the patterns can backtrack: they read up to 4,096 characters on the event loop. The page has the same rules in
 * {@code webroot/claude-login/paste.js}, and one table of examples tests both.
 */
final class PastedText {
    private static final Pattern HIDDEN =
            Pattern.compile("[\u00AD\u034F\u061C\u180B-\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\u20E3\uFE00-\uFE0F"
                    + "\uFEFF\uFFF9-\uFFFC]++");
    private static final Pattern WIDE = Pattern.compile("[\uFF01-\uFF5E]");
    private static final Pattern HYPHENS = Pattern.compile("[\u2010\u2011\u2212\uFE63]");
    /** Also the marks that mail, chats and terminals put around a line. */
    private static final Pattern BLANKS =
            Pattern.compile("[ \t\n\u000B\f\r\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000>|\u2502\u2503]++");

    private static final Pattern ENTITY =
            Pattern.compile("&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z]{2,16}));");
    private static final Pattern PERCENT = Pattern.compile("(?:%[0-9A-Fa-f]{2})+");
    private static final Pattern BACKSLASH =
            Pattern.compile("\\\\(?:u00|x)([2-7][0-9A-Fa-f])|\\\\([nrt])|\\\\([!-/:-@\\[-`{-~])");
    /** Also a line that goes on in the next one, in shells. */
    private static final Pattern BREAK = Pattern.compile("(?i)</?br ?/?>|(</?wbr ?/?>|\\\\\r?\n)");
    /** A line that quoted-printable has broken. */
    private static final Pattern SOFT_BREAK = Pattern.compile("(?i)([\\w.~+/-]{16})(?<!code|state)= (?=[A-Za-z0-9#])");

    private static final Pattern QUOTED_PRINTABLE = Pattern.compile("=(?:([2-7][0-9A-F])| )");
    private static final Pattern AROUND_KEY = Pattern.compile(" ?(?<![=:])([=:])(?![=:]) ?");
    /** What terminals leave of a bracketed paste. */
    private static final Pattern BRACKETED = Pattern.compile("^ ?(?:\\^\\[)?\\[?2?0?0~|(?:\\^\\[)?\\[?2?0?1~ ?$");

    /** Halves that are marked one by one. */
    private static final Pattern MARKED_HALVES = Pattern.compile("(?<=[\\w=-])[\"'`*]{1,3}#[\"'`*]{1,3}(?=[\\w-])");

    private static final Map<String, String> ENTITIES = Map.ofEntries(
            Map.entry("num", "#"),
            Map.entry("amp", "&"),
            Map.entry("lt", "<"),
            Map.entry("gt", ">"),
            Map.entry("quot", "\""),
            Map.entry("apos", "'"),
            Map.entry("nbsp", " "),
            Map.entry("shy", ""),
            Map.entry("zwj", ""),
            Map.entry("zwnj", ""),
            Map.entry("lrm", ""),
            Map.entry("rlm", ""),
            Map.entry("hyphen", "-"),
            Map.entry("lowbar", "_"),
            Map.entry("equals", "="),
            Map.entry("period", "."),
            Map.entry("sol", "/"),
            Map.entry("percnt", "%"),
            Map.entry("colon", ":"),
            Map.entry("ast", "*"),
            Map.entry("zerowidthspace", ""));

    /** What is in an address that is in an address is encoded twice. */
    private static final int MOST_ROUNDS = 3;

    private final String pasted;

    /** @param pasted at most 4,096 characters */
    PastedText(String pasted) {
        this.pasted = legible(pasted);
    }

    /** The text without blanks, and otherwise as it is. */
    String withoutBlanks() {
        return BLANKS.matcher(pasted).replaceAll("");
    }

    /** The text decoded, with single blanks. */
    String plain() {
        String text = pasted;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            String decoded = legible(decoded(text));
            if (decoded.equals(text)) {
                break;
            }
            text = decoded;
        }
        text = BLANKS.matcher(text).replaceAll(" ");
        text = SOFT_BREAK.matcher(text).replaceAll("$1");
        text = BRACKETED.matcher(text).replaceAll("");
        text = AROUND_KEY.matcher(text).replaceAll("$1");
        return MARKED_HALVES.matcher(text).replaceAll("#");
    }

    /** Decodes quoted-printable, which cannot be recognized without doubt: a code could look like it. */
    static String fromQuotedPrintable(String text) {
        return QUOTED_PRINTABLE
                .matcher(text)
                .replaceAll(found -> literally(found.group(1) == null ? "" : character(found.group(1), 16)));
    }

    /** The text with ordinary characters for those that look like them, and without the invisible ones. */
    private static String legible(String text) {
        String seen = HIDDEN.matcher(text).replaceAll("");
        seen = WIDE.matcher(seen)
                .replaceAll(
                        wide -> literally(String.valueOf((char) (wide.group().charAt(0) - 0xFEE0))));
        return HYPHENS.matcher(seen).replaceAll("-").replace('\uFE5F', '#').replace('\u266F', '#');
    }

    private static String decoded(String text) {
        String decoded = ENTITY.matcher(text).replaceAll(found -> literally(entity(found)));
        decoded = PERCENT.matcher(decoded).replaceAll(found -> literally(unescaped(found.group())));
        decoded = BACKSLASH.matcher(decoded).replaceAll(found -> literally(backslashed(found)));
        return BREAK.matcher(decoded).replaceAll(found -> found.group(1) == null ? " " : "");
    }

    private static String entity(MatchResult found) {
        if (found.group(3) != null) {
            return ENTITIES.getOrDefault(found.group(3).toLowerCase(Locale.ROOT), found.group());
        }
        return found.group(1) == null ? character(found.group(2), 16) : character(found.group(1), 10);
    }

    private static String unescaped(String escapes) {
        try {
            byte[] bytes = HexFormat.of().parseHex(escapes.replace("%", ""));
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return escapes;
        }
    }

    private static String backslashed(MatchResult found) {
        return Optional.ofNullable(found.group(1))
                .map(hex -> character(hex, 16))
                .orElse(found.group(2) == null ? found.group(3) : " ");
    }

    private static String character(String digits, int base) {
        int point = Integer.parseInt(digits, base);
        return Character.isValidCodePoint(point) ? Character.toString(point) : "\uFFFD";
    }

    private static String literally(String text) {
        return Matcher.quoteReplacement(text);
    }
}
