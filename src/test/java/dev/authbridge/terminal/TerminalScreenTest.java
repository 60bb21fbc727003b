package dev.authbridge.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.authbridge.terminal.TerminalScreen.Hyperlink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TerminalScreenTest {
    private static final String ADDRESS = "https://example.org/authorize?code=true&state=a;b";
    private static final String LINK = "\u001b]8;id=1;" + ADDRESS + "\u0007here\u001b]8;;\u0007";

    private final TerminalScreen screen = new TerminalScreen(40, 10);

    @Test
    void wordsPlacedByCursorMovesAreSeparated() {
        feed("Paste\u001b[1Ccode\u001b[12Ghere\u001b[3;5H>");
        assertEquals(List.of("Paste code here", "", "    >"), top(3));
    }

    @Test
    void allRowsAreReturnedWithoutTrailingBlanks() {
        feed("a  \r\n\r\n  b  ");
        assertEquals(List.of("a", "", "  b", "", "", "", "", "", "", ""), screen.rows());
    }

    @Test
    void aFullRowContinuesInTheNext() {
        TerminalScreen wide = new TerminalScreen(1000, 200);
        String full = "x".repeat(1000);
        wide.feed((full + "y").getBytes(UTF_8));
        assertEquals(full, wide.rows().get(0));
        assertEquals("y", wide.rows().get(1));
        assertEquals(200, wide.rows().size());
    }

    @Test
    void theLatestOutputIsThereAfterScrolling() {
        for (int line = 0; line < 25; line++) {
            feed("line " + line + "\r\n");
        }
        assertEquals("line 16", screen.rows().get(0));
        assertEquals("line 24", screen.rows().get(8));
    }

    @Test
    void rowsThatScrolledOffTakeNoMemory() {
        TerminalScreen wide = new TerminalScreen(1000, 200);
        byte[] lines = "\u001b[200S\n\r".repeat(2_000).getBytes(UTF_8);
        // These 402,000 rows would take 3 GB.
        wide.feed(lines);
        feed("\n".repeat(1_000_000));
        assertEquals("", screen.rows().get(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\u001b[?u", "\u001b[<u", "\u001b[>4m", "\u001b[=0u", "\u001b[>0q", "\u001b[c", "\u001b[?2026h"})
    void sequencesForTheKeyboardAndReportsHaveNoEffectOnRows(String sequence) {
        feed("\u001b[3;5Hab" + sequence + "c");
        assertEquals("    abc", screen.rows().get(2));
    }

    @Test
    void aCharacterMayBeCutInTheMiddle() {
        for (byte one : "─✔…中😀é".getBytes(UTF_8)) {
            screen.feed(new byte[] {one});
        }
        assertEquals("─✔…中😀é", screen.rows().get(0));
    }

    @Test
    void bytesThatAreNotUtf8AreShownAsReplacementCharacters() {
        screen.feed(new byte[] {'a', (byte) 0xff, 'b', (byte) 0xe2, (byte) 0x9c, 'c'});
        assertEquals("a\ufffdb\ufffdc", screen.rows().get(0));
    }

    @Test
    void aLinkMayBeCutAnywhere() {
        byte[] bytes = LINK.getBytes(UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            TerminalScreen cutScreen = new TerminalScreen(40, 10);
            cutScreen.feed(Arrays.copyOfRange(bytes, 0, cut));
            cutScreen.feed(Arrays.copyOfRange(bytes, cut, bytes.length));
            assertEquals(List.of(new Hyperlink(ADDRESS, "here")), cutScreen.hyperlinks(), "cut at " + cut);
            assertEquals("here", cutScreen.rows().get(0), "cut at " + cut);
        }
    }

    @Test
    void aLinkMayEndWithStringTerminator() {
        feed(LINK.replace("\u0007", "\u001b\\") + "!");
        assertEquals(List.of(new Hyperlink(ADDRESS, "here")), screen.hyperlinks());
        assertEquals("here!", screen.rows().get(0));
    }

    @Test
    void piecesOfOneLinkOverSeveralRowsAreOneLink() {
        String open = "\u001b]8;id=1;" + ADDRESS + "\u0007";
        feed(open + "https://\u001b]8;;\u0007\r\n" + open + "example\u001b]8;;\u0007\r\n");
        assertEquals(List.of(new Hyperlink(ADDRESS, "https://example")), screen.hyperlinks());
    }

    @Test
    void linksComeInTheOrderInWhichTheyWerePrintedLast() {
        feed("\u001b]8;;a:1\u0007one\u001b]8;;b:2\u0007two\u001b]8;;\u0007 \u001b]8;;a:1\u0007again\u001b]8;;\u0007");
        assertEquals(List.of(new Hyperlink("b:2", "two"), new Hyperlink("a:1", "again")), screen.hyperlinks());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b[2J", "\u001b[3J", "\u001bc"})
    void aClearedScreenHasNoLinks(String clear) {
        feed(LINK + clear);
        assertEquals(List.of(), screen.hyperlinks());
    }

    @Test
    void theNumberOfLinksIsBounded() {
        for (int link = 0; link < 10_000; link++) {
            feed("\u001b]8;;a:" + link + "\u0007x\u001b]8;;\u0007");
        }
        assertEquals(64, screen.hyperlinks().size());
        assertEquals("a:9999", screen.hyperlinks().get(63).address());
    }

    @Test
    void theTextOfALinkIsBounded() {
        feed("\u001b]8;;a:1\u0007");
        for (int i = 0; i < 100; i++) {
            feed("x".repeat(1000));
        }
        assertTrue(screen.hyperlinks().get(0).text().length() <= 8192);
    }

    @Test
    void theTextOfALinkForLogsHasNoAddress() {
        assertFalse(new Hyperlink(ADDRESS, ADDRESS).toString().contains("example"));
    }

    @Test
    void bracketedPasteIsAsItWasSetLast() {
        assertFalse(screen.bracketedPaste());
        feed("\u001b[?25l\u001b[?1004;2004h");
        assertTrue(screen.bracketedPaste());
        feed("\u001b[?2004l");
        assertFalse(screen.bracketedPaste());
        feed("\u001b[?2004h\u001bc");
        assertFalse(screen.bracketedPaste());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b]8;;", "\u001b]0;", "\u001bP", "\u001b_", "\u001b^", "\u001bX", "\u009d"})
    void aStringThatIsTooLongIsReadToItsEndAndIgnored(String start) {
        feed("before" + start);
        byte[] megabyte = "x".repeat(1 << 20).getBytes(UTF_8);
        for (int i = 0; i < 8; i++) {
            screen.feed(megabyte);
        }
        feed("\u001b\\after");
        assertEquals("beforeafter", screen.rows().get(0));
        assertEquals(List.of(), screen.hyperlinks());
    }

    @ParameterizedTest
    @CsvSource({"[,1;", "[,9", "[?,;", "[,$", "'',#"})
    void aSequenceThatIsTooLongIsReadToItsEndAndIgnored(String start, String filling) {
        feed("before\u001b" + start + filling.repeat(1 << 20) + "mafter");
        assertEquals("beforeafter", screen.rows().get(0));
    }

    @Test
    void aPositionBeyondTheScreenIsItsEdge() {
        feed("\u001b[99999999999;99999999999Hx");
        assertEquals(" ".repeat(39) + "x", screen.rows().get(9));
        feed("\u001b[99999999999A\u001b[99999999999Dy\u001b[2147483647C\u001b[2147483647Bz");
        assertEquals("y", screen.rows().get(0));
        assertEquals(" ".repeat(39) + "z", screen.rows().get(9));
    }

    @Test
    void theCursorWrapsOnlyWhenTheNextCharacterComes() {
        feed("\u001b[999Cx\u001b[Ky\r\n");
        assertEquals(" ".repeat(39) + "x", screen.rows().get(0));
        assertEquals("y", screen.rows().get(1));
    }

    @Test
    void erasesUpToTheCursor() {
        feed("aaaa\r\nbbbb\r\ncccc\u001b[2;2H\u001b[1J");
        assertEquals(List.of("", "  bb", "cccc"), top(3));
    }

    @Test
    void tabsGoToEveryEighthColumn() {
        feed("a\tb\t\tc");
        assertEquals("a       b               c", screen.rows().get(0));
    }

    @Test
    void aWideCharacterTakesTwoCellsAndWrapsAsAWhole() {
        feed("中中\u001b[2Gx\r\n" + "y".repeat(39) + "中");
        assertEquals(List.of(" x中", "y".repeat(39), "中"), top(3));
    }

    @Test
    void marksJoinTheCharacterBeforeThem() {
        feed("e\u0301\u4e2d\u0308\u0304x\u001b[2Gy");
        assertEquals("e\u0301y x", screen.rows().get(0));
    }

    @Test
    void marksOfTheLastColumnDoNotWrap() {
        feed("y".repeat(39) + "e\u0301x");
        assertEquals(List.of("y".repeat(39) + "e\u0301", "x"), top(2));
    }

    @Test
    void marksMoveAndVanishWithTheirCharacter() {
        feed("e\u0301\r\u001b[2@ab\u001b[3C.");
        assertEquals("abe\u0301  .", screen.rows().get(0));
        feed("\r\u001b[2P\u001b[2C\u001b[X");
        assertEquals("e\u0301  .", screen.rows().get(0));
        feed("\rx");
        assertEquals("x  .", screen.rows().get(0));
    }

    @Test
    void theNumberOfMarksOfACharacterIsBounded() {
        feed("e" + "\u0301".repeat(1_000_000) + "x");
        assertEquals("e" + "\u0301".repeat(8) + "x", screen.rows().get(0));
    }

    @Test
    void aRepeatedCharacterIsPartOfTheTextOfItsLink() {
        feed("\u001b]8;;a:1\u0007xe\u0301\u001b[3b\u001b]8;;\u0007");
        assertEquals(List.of(new Hyperlink("a:1", "x" + "e\u0301".repeat(4))), screen.hyperlinks());
        assertEquals("x" + "e\u0301".repeat(4), screen.rows().get(0));
    }

    @Test
    void tabStopsCanBeSetAndCleared() {
        feed("\u001b[3g\u001b[6G\u001bH\ra\tb\tc");
        assertEquals("a    b" + " ".repeat(33) + "c", screen.rows().get(0));
    }

    @Test
    void inOriginModeRowsAreCountedFromTheScrollRegion() {
        feed("\u001b[3;5r\u001b[?6h\u001b[1;2Ha\u001b[99;1Hb\u001b[99Ac\u001b[?6ld");
        assertEquals(List.of("d", "", " c", "", "b", ""), top(6));
    }

    @Test
    void theAlternateScreenIsBlankAndTheNormalOneIsKept() {
        feed("kept\u001b[?1049h\u001b[2J\u001b[Hgone");
        assertEquals(List.of("gone", ""), top(2));
        feed("\u001b[?1049l!");
        assertEquals(List.of("kept!", ""), top(2));
        feed("\u001b[?47h");
        assertEquals(List.of("", ""), top(2));
    }

    @Test
    void theAlignmentPatternFillsTheScreenAndIsWrittenOver() {
        feed("\u001b#8\u001b[2;3H\u001b[K\u001b[3;1Hx\u001b[3P\u001b[4;1H\u001b[2@\u001b[5;39H\u001b[1K");
        assertEquals(
                List.of("E".repeat(40), "EE", "x" + "E".repeat(36), "  " + "E".repeat(38), " ".repeat(39) + "E"),
                top(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b(B", "\u001b%G", "\u001b[!p", "\u001b)0\u000e\u000f\u001b(B", "\u001bc\u001b[C"})
    void lineDrawingEnds(String end) {
        feed("\u001b(0q" + end + "q");
        assertEquals(end.startsWith("\u001bc") ? " q" : "\u2500q", screen.rows().get(0));
    }

    /** Here xterm.js keeps the wide character whole and hides what was written over its second half. */
    @Test
    void aCharacterThatOverwritesHalfAWideOneAtTheEdgeIsShown() {
        feed("y".repeat(38) + "\u4e2d\u001b[?7lz");
        assertEquals("y".repeat(38) + " z", screen.rows().get(0));
    }

    @Test
    void partsOfAParameterAfterAColonAreIgnored() {
        feed("\u001b[2:9;3:1Hx");
        assertEquals(List.of("", "  x"), top(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001b[1?5H", "\u001b[5$5H", "\u001b[5\u4e2d", "\u001b[5\u0018", "\u001b[5\u001a"})
    void aMalformedSequenceIsIgnored(String sequence) {
        feed("a" + sequence + "b");
        assertEquals("ab", screen.rows().get(0));
    }

    @Test
    void aRepeatedCharacterFillsARowAtMost() {
        feed("x\u001b[2147483647b");
        assertEquals(List.of("x".repeat(40), "x", ""), top(3));
    }

    @Test
    void aSizeThatIsTooSmallOrTooLargeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new TerminalScreen(1, 24));
        assertThrows(IllegalArgumentException.class, () -> new TerminalScreen(80, 100_000));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomBytesNeitherThrowNorDependOnWhereTheyAreCut(long seed) {
        Random random = new Random(seed);
        TerminalScreen whole = new TerminalScreen(80, 24);
        TerminalScreen cut = new TerminalScreen(80, 24);
        for (int round = 0; round < 100; round++) {
            byte[] bytes = hostile(random, 2000);
            whole.feed(bytes);
            for (int at = 0; at < bytes.length; ) {
                int end = Math.min(bytes.length, at + 1 + random.nextInt(7));
                cut.feed(Arrays.copyOfRange(bytes, at, end));
                at = end;
            }
            assertEquals(whole.rows(), cut.rows());
            assertEquals(whole.hyperlinks(), cut.hyperlinks());
            assertEquals(whole.bracketedPaste(), cut.bracketedPaste());
            assertEquals(24, whole.rows().size());
        }
    }

    /** Random bytes, many of which begin, fill or end control sequences. */
    private static byte[] hostile(Random random, int length) {
        String starts =
                "\u001b\u001b\u001b[[[]]?<>=;:0123456789hluHABCDJKLMPSTXbmr78DEMc()#\\PX^_\u0007\u0018\n\r\b\t\u000e\u000f";
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        for (int i = 0; i < length; i++) {
            if (random.nextInt(4) > 0) {
                bytes[i] = (byte) starts.charAt(random.nextInt(starts.length()));
            }
        }
        return bytes;
    }

    private List<String> top(int rows) {
        return new ArrayList<>(screen.rows().subList(0, rows));
    }

    private void feed(String text) {
        screen.feed(text.getBytes(UTF_8));
    }
}
